#include <base/utf8.hpp>
#include <cli/output/event_record.hpp>
#include <cli/output/printer.hpp>
#include <cli/prompt/notices.hpp>
#include <model/amount.hpp>

#include <algorithm>
#include <optional>

namespace cairn::cli {

namespace {

/// "12.5 CRN from crn1… in block 7: rent"
std::string payment_words(const HistoryLine& payment, const NoticeStyle& style, const std::string& where) {
    std::string words = to_text(payment.amount) + " " + escape_for_display(style.ticker) + " from " +
                        crypto::to_text(*payment.counterparty, style.prefix) + where;
    if (!payment.memo.empty()) words += ": " + escape_for_display(payment.memo);
    return words;
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

void Notices::fold(const OwnPayment& payment, const NoticeStyle& style) {
    if (payment.what == OwnPayment::What::received)
        own_.say("receiving " + payment_words(payment.line, style, ", which waits for a block"));
}

void Notices::fold_payments(const chain::Event& event, const NoticeStyle& style) {
    if (style.own.empty()) return;
    for (const auto& [what, wallet, payment, block] : payments_of(event, {Owner{{}, style.own}})) {
        const auto id = payment.txid ? payment.txid->hex().substr(0, 12) : std::string();
        const auto height = std::to_string(payment.height.value_or(Height{}).value);
        const bool received = payment.direction == "received";
        if (what == OwnPayment::What::removed) {
            own_.say(coloured("payment " + id + (received ? " to you" : "") + " waits again: its block " +
                                  height + " was taken back",
                              Tone::warn, style.colour));
        } else if (!received) {
            own_.say("payment " + id + " is confirmed in block " + height);
        } else {
            own_.say(coloured("received " + payment_words(payment, style, " in block " + height), Tone::good,
                              style.colour));
        }
    }
}

void Notices::fold_reorganisation(const chain::Event& event, const NoticeStyle& style) {
    if (const auto* moved = std::get_if<chain::Reorganised>(&event)) {
        say_reorganisation();                 // one whose end was never told
        constexpr std::uint32_t alarming = 6; // blocks
        reorganisation_ = {"reorganisation: " + counted(moved->depth, "block") + " taken back, now at " +
                               moved->to.hex().substr(0, 12),
                           moved->to, 0, style, moved->depth > alarming};
        return;
    }
    const auto* came = std::get_if<chain::BlockConnected>(&event);
    const auto* went = std::get_if<chain::BlockDisconnected>(&event);
    if (!reorganisation_ || (came == nullptr && went == nullptr)) return;
    const auto& info = came != nullptr ? came->info : went->info;
    const auto& block = came != nullptr ? came->block : went->block;
    Int128 effect = 0;
    for (const auto& each : payments_of(event, {Owner{{}, style.own}})) effect += effect_of(each.line);
    if (style.parameters != nullptr && Owner{{}, style.own}.owns(info.header().producer)) {
        effect += consensus::subsidy_at(*style.parameters, info.height()).units();
        if (block)
            for (const auto& tx : block->transactions) effect += tx.fields().fee.units();
    }
    reorganisation_->effect += came != nullptr ? effect : -effect;
    if (came != nullptr && info.id == reorganisation_->to) say_reorganisation();
}

void Notices::say_reorganisation() {
    if (!reorganisation_) return;
    const auto& [line, to, effect, style, alarming] = *reorganisation_;
    std::string words = line;
    if (!style.own.empty() && effect == 0) words += "; your wallet holds what it did";
    if (effect != 0)
        words += std::string("; your wallet ") + (effect < 0 ? "lost " : "gained ") +
                 to_text_signed(effect < 0 ? -effect : effect) + " " + escape_for_display(style.ticker);
    alarms_.say(coloured(words, alarming ? Tone::bad : Tone::warn, style.colour));
    reorganisation_.reset();
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
    fold_payments(event, style);
    fold_reorganisation(event, style);
    if (const auto* connected = std::get_if<chain::BlockConnected>(&event)) {
        if (quiet) return;
        ++blocks_;
        txs_ += connected->info.header().tx_count;
        height_ = connected->info.height().value;
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
    return blocks_ > 0 || reorganisation_ || !own_.lines.empty() || !alarms_.lines.empty() ||
           !came_.empty() || went_ > 0 || passed_ > 0;
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
    say_reorganisation();
    std::string text = own_.take("of your wallet: `history` shows them") + alarms_.take("such notices");
    const std::string blocks = take_blocks();
    const std::string peers = take_peers();
    if (!blocks.empty() || !peers.empty())
        text += blocks + (blocks.empty() || peers.empty() ? "" : "; ") + peers + "\n";
    shown_ms_ = now_ms;
    return text;
}

} // namespace cairn::cli
