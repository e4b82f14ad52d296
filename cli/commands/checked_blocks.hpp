// Blocks that are decoded and judged ahead by all cores, and taken in the order in which they were handed in.
// Owned by one thread; the network outlives it.
#pragma once

#include <cli/commands/support.hpp>
#include <transport/checkers.hpp>

#include <memory>

namespace cairn::cli {

class CheckedBlocks {
  public:
    /// So many bytes are worth having ahead: what the cores have to do while the first of them is taken.
    static constexpr std::size_t ahead_bytes = std::size_t{8} << 20;

    explicit CheckedBlocks(Session& session, bool signatures = true);
    /// Waits for what is under way: one batch a core, 35 to 65 ms.
    ~CheckedBlocks();
    CheckedBlocks(const CheckedBlocks&) = delete;
    CheckedBlocks& operator=(const CheckedBlocks&) = delete;

    void submit(Bytes body);
    std::size_t count() const; ///< handed in and not taken
    std::size_t bytes() const; ///< of those
    /// The first of those; waits for it. `count()` is not 0.
    net::CheckedBlock take();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::cli
