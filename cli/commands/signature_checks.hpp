// Rule 8 of many blocks on all cores, while the caller does something else. Owned by one thread; the blocks
// and the network stay where they are until it is gone.
#pragma once

#include <consensus/rules.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace cairn::cli {

class SignatureChecks {
  public:
    /// Begins at once. Several may run at a time; each has threads of its own.
    SignatureChecks(const consensus::Network& network, std::vector<const Block*> blocks);
    /// Waits for what is under way: some 128 signatures a thread.
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
