// Lines of a script that are prepared before those in front of them are answered. They are handed in
// together, and while the node sees to one run of them the next is prepared. A run goes out only when the one
// before it was taken whole, and the node takes nothing behind a refusal: that line, and those behind it, are
// carried out anew. So a script has the effects that it has line by line, and each answer is given once it is
// durable. Owned by the interpreter, for the interface thread.
#pragma once

#include <cli/commands/payers_ahead.hpp>
#include <cli/output/printer.hpp>
#include <cli/script/line_source.hpp>

#include <chrono>
#include <future>
#include <string>
#include <vector>

namespace cairn::cli {

class LinesAhead {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t longest_run = 1'024;            ///< lines that are handed in together
    static constexpr std::size_t most_at_once = 4 * longest_run; ///< then the node is asked anew who has what
    static constexpr std::chrono::milliseconds longest_wait{50}; ///< of the first of a run

    struct Waiting {
        LineSource::Line line;
        std::string path; ///< of its command
        OutputMode output{};
        Prepared prepared;
        std::optional<std::string> last_id{}; ///< `$_` before it
    };
    struct Answers {
        std::vector<std::pair<Waiting, Answer>> taken; ///< in their order
        /// The node refused the first of these, which were forgotten: nothing was done of them.
        std::vector<LineSource::Line> undone;
    };

    explicit LinesAhead(Session& session) : session_(session) {}

    bool empty() const { return filling_.empty() && handed_in_.empty(); }
    /// Some are not handed in, and must not wait longer.
    bool is_due(Clock::time_point now) const {
        return filling_.size() >= run_ || (!filling_.empty() && now - since_ >= longest_wait);
    }
    bool is_full() const { return count_ >= most_at_once; }
    bool all_handed_in() const { return filling_.empty(); }
    /// The number of the first one that is not answered; there is one.
    std::uint64_t first() const;

    PayersAhead& payers() { return payers_; }
    void add(Waiting line, Clock::time_point now);
    /// Of those that were handed in, once it is durable. Throws Fault where the node has stopped: nobody
    /// knows what became of them then.
    Answers take_answers();
    /// Those that were not handed in are; none is that was not answered.
    void hand_in();
    /// Those that were not handed in are not carried out.
    void drop_rest();
    /// What the node, the wallets and the contacts said is asked for anew by the next line.
    void forget();

  private:
    void set_last_id(const std::optional<std::string>& id);

    Session& session_;
    PayersAhead payers_;
    std::vector<Waiting> filling_;
    std::vector<Waiting> handed_in_;
    std::future<net::Response> response_; ///< of those
    Clock::time_point since_;             ///< when the first came that is not handed in
    std::size_t count_ = 0;               ///< since the node was asked
    std::size_t run_ = longest_run;       ///< short behind a refusal: others may follow
};

} // namespace cairn::cli
