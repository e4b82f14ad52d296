// Rule 8 of many blocks on all cores, while the caller does something else. Owned by one thread; the blocks
// and the network stay where they are until it is gone.
#pragma once

#include <consensus/signatures.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace cairn::cli {

class SignatureChecks {
  public:
    /// Begins at once. Several may run at a time; each has threads of its own. `seed` is a secret of the
    /// process.
    SignatureChecks(const consensus::Network& network, const crypto::BatchSeed& seed,
                    std::vector<const Block*> blocks);
    /// Waits for what is under way: one batch a thread, some 20 ms.
    ~SignatureChecks();
    SignatureChecks(const SignatureChecks&) = delete;
    SignatureChecks& operator=(const SignatureChecks&) = delete;

    /// Of each block, in their order, the first offender as consensus::check_signatures tells it. Waits for
    /// all.
    const std::vector<std::optional<consensus::RuleError>>& results();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::cli
