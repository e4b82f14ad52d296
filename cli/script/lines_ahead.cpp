#include <cli/script/lines_ahead.hpp>
#include <cli/session.hpp>
#include <transport/core.hpp>

#include <algorithm>
#include <utility>

namespace cairn::cli {

void LinesAhead::set_last_id(const std::optional<std::string>& id) {
    auto& variables = session_.variables();
    if (id)
        variables["_"] = *id;
    else
        variables.erase("_");
}

std::uint64_t LinesAhead::first() const {
    return (handed_in_.empty() ? filling_ : handed_in_).front().line.number;
}

void LinesAhead::add(Waiting line, Clock::time_point now) {
    if (filling_.empty()) since_ = now;
    const auto& variables = session_.variables();
    if (const auto last = variables.find("_"); last != variables.end()) line.last_id = last->second;
    set_last_id(line.prepared.tx.id().hex());
    filling_.push_back(std::move(line));
    ++count_;
}

LinesAhead::Answers LinesAhead::take_answers() {
    Answers out;
    auto lines = std::exchange(handed_in_, {});
    if (lines.empty()) return out;
    const auto response = response_.get();
    const auto& all = std::get<net::SubmittedAll>(response);
    const std::size_t taken = all.taken.size();
    for (std::size_t i = 0; i < taken; ++i) {
        Answer answer = lines[i].prepared.answer(all.taken[i]);
        out.taken.emplace_back(std::move(lines[i]), std::move(answer));
    }
    run_ = all.refused ? 1 : std::min(2 * run_, longest_run);
    if (!all.refused) return out;
    set_last_id(lines[taken].last_id);
    for (std::size_t i = taken; i < lines.size(); ++i) out.undone.push_back(std::move(lines[i].line));
    for (Waiting& each : filling_) out.undone.push_back(std::move(each.line));
    filling_.clear();
    return out;
}

void LinesAhead::hand_in() {
    if (filling_.empty()) return forget();
    net::SubmitTransactions request;
    for (const Waiting& each : filling_) request.txs.push_back(each.prepared.tx);
    handed_in_ = std::exchange(filling_, {});
    response_ = session_.core().submit(std::move(request));
    payers_.note_handed_in();
}

void LinesAhead::drop_rest() {
    if (filling_.empty()) return;
    set_last_id(filling_.front().last_id);
    filling_.clear();
}

void LinesAhead::forget() {
    payers_.forget();
    count_ = 0;
}

} // namespace cairn::cli
