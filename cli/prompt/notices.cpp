#include <base/utf8.hpp>
#include <cli/output/event_record.hpp>
#include <cli/output/printer.hpp>
#include <cli/prompt/notices.hpp>
#include <model/amount.hpp>

#include <algorithm>
#include <optional>

namespace cairn::cli {

namespace {

std::string counted(std::uint64_t count, const char* thing) {
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

} // namespace

void Notices::Lines::say(std::string line) {
    if (lines.size() < most_lines)
        lines.push_back(std::move(line));
    else
        ++left_out;
}

std::string Notices::Lines::take(const char* of_the_others) {
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    if (left_out > 0) text += "and " + std::to_string(left_out) + " more " + of_the_others + "\n";
    *this = {};
    return text;
}

void Notices::fold_block(const chain::BlockConnected& event, const NoticeStyle& style) {
    if (!event.block || style.own.empty()) return;
    const auto is_own = [&](const crypto::Address& address) {
        return std::find(style.own.begin(), style.own.end(), address) != style.own.end();
    };
    const auto height = std::to_string(event.info.height().value);
    for (const auto& tx : event.block->transactions) {
        const auto sender = tx.sender();
        if (is_own(sender)) {
            own_.say("payment " + tx.id().hex().substr(0, 12) + " is confirmed in block " + height);
            continue;
        }
        const auto* transfer = std::get_if<Transfer>(&tx.fields().body);
        if (!transfer) continue;
        Amount sum;
        std::string memo;
        for (const auto& output : transfer->outputs) {
            if (!is_own(output.to)) continue;
            if (const auto more = checked_add(sum, output.amount)) sum = *more;
            if (memo.empty()) memo = output.memo;
        }
        if (sum.is_zero()) continue;
        std::string line = "received " + to_text(sum) + " " + escape_for_display(style.ticker) + " from " +
                           crypto::to_text(sender, style.prefix) + " in block " + height;
        if (!memo.empty()) line += ": " + escape_for_display(memo);
        own_.say(coloured(line, Tone::good, style.colour));
    }
}

void Notices::fold(const net::Event& event, const NoticeStyle& style, bool quiet) {
    const auto name_of = [](const net::PeerInfo& peer) {
        return peer.name.empty() ? net::to_text(peer.at) : escape_for_display(peer.name);
    };
    if (const auto* moved = std::get_if<chain::Event>(&event)) return fold_chain(*moved, style, quiet);
    if (const auto* failed = std::get_if<net::PeerFailed>(&event))
        return alarms_.say(coloured(peer_failure(*failed), Tone::warn, style.colour));
    if (const auto* dropped = std::get_if<net::PaymentDropped>(&event)) {
        const bool expired = dropped->why == net::PaymentDropped::Why::expired;
        return own_.say(
            coloured("payment " + dropped->tx.id().hex().substr(0, 12) + " will not be: " +
                         (expired ? "it expired" : "another payment of the same wallet took its place"),
                     Tone::warn, style.colour));
    }
    if (quiet) return;
    if (const auto* joined = std::get_if<net::PeerConnected>(&event)) {
        came_.emplace(joined->peer.id, name_of(joined->peer));
    } else if (const auto* lost = std::get_if<net::PeerLost>(&event)) {
        if (came_.erase(lost->peer.id) > 0) {
            ++passed_;
            return;
        }
        ++went_;
        one_went_ = name_of(lost->peer) + ": " + escape_for_display(lost->why);
    } else if (const auto* passed = std::get_if<net::PeersPassed>(&event)) {
        passed_ += passed->count;
    }
}

void Notices::fold_chain(const chain::Event& event, const NoticeStyle& style, bool quiet) {
    if (const auto* connected = std::get_if<chain::BlockConnected>(&event)) {
        fold_block(*connected, style);
        if (quiet) return;
        ++blocks_;
        txs_ += connected->info.header().tx_count;
        height_ = connected->info.height().value;
    } else if (const auto* moved = std::get_if<chain::Reorganised>(&event)) {
        constexpr std::uint32_t alarming = 6; // blocks
        const std::string line = "reorganisation: " + counted(moved->depth, "block") +
                                 " taken back, now at " + moved->to.hex().substr(0, 12);
        alarms_.say(coloured(line, moved->depth > alarming ? Tone::bad : Tone::warn, style.colour));
    } else if (const auto* held = std::get_if<chain::BranchHeld>(&event)) {
        alarms_.say(coloured("a branch that would take back " + counted(held->depth, "block") +
                                 " is held; `chain accept " + held->tip.hex() + "` follows it",
                             Tone::bad, style.colour));
    }
}

std::uint64_t Notices::due_in(std::uint64_t now_ms) const {
    const std::uint64_t due = shown_ms_ + pace_ms;
    return due > now_ms ? due - now_ms : 0;
}

void Notices::postpone(std::uint64_t now_ms) {
    if (due_in(now_ms) < settling_ms) shown_ms_ = now_ms + settling_ms - pace_ms;
}

bool Notices::waiting() const {
    return blocks_ > 0 || !own_.lines.empty() || !alarms_.lines.empty() || !came_.empty() || went_ > 0 ||
           passed_ > 0;
}

std::string Notices::take_blocks() {
    std::string text;
    if (blocks_ == 1) text = "block " + std::to_string(height_);
    if (blocks_ > 1) text = counted(blocks_, "block") + " up to " + std::to_string(height_);
    if (blocks_ > 0) text += ", " + counted(txs_, "transaction");
    blocks_ = 0;
    txs_ = 0;
    return text;
}

std::string Notices::take_peers() {
    std::string text;
    const auto add = [&text](const std::string& what) { text += (text.empty() ? "" : "; ") + what; };
    if (!came_.empty())
        add("connected to " + (came_.size() == 1 ? came_.begin()->second : counted(came_.size(), "peer")));
    if (went_ > 0) add("lost " + (went_ == 1 ? one_went_ : counted(went_, "peer")));
    if (passed_ > 0) add(counted(passed_, "peer") + " came and went");
    came_.clear();
    went_ = 0;
    passed_ = 0;
    return text;
}

std::string Notices::take(std::uint64_t now_ms) {
    std::string text = own_.take("of your wallet: `history` shows them") + alarms_.take("such notices");
    const std::string blocks = take_blocks();
    const std::string peers = take_peers();
    if (!blocks.empty() || !peers.empty())
        text += blocks + (blocks.empty() || peers.empty() ? "" : "; ") + peers + "\n";
    shown_ms_ = now_ms;
    return text;
}

} // namespace cairn::cli
