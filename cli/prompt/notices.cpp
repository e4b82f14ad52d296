#include <base/utf8.hpp>
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

void Notices::say(std::string line) {
    if (lines_.size() < most_lines)
        lines_.push_back(std::move(line));
    else
        ++left_out_;
}

void Notices::fold_block(const chain::BlockConnected& event, const NoticeStyle& style) {
    if (!event.block || style.own.empty()) return;
    const auto is_own = [&](const crypto::Address& address) {
        return std::find(style.own.begin(), style.own.end(), address) != style.own.end();
    };
    const auto height = std::to_string(event.info.height().value);
    for (const auto& tx : event.block->transactions) {
        const auto sender = crypto::address_of(tx.fields().sender);
        if (is_own(sender)) {
            say("payment " + tx.id().hex().substr(0, 12) + " is confirmed in block " + height);
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
        say(coloured(line, Tone::good, style.colour));
    }
}

void Notices::fold(const net::Event& event, const NoticeStyle& style, bool quiet) {
    const auto name_of = [](const net::PeerInfo& peer) {
        return peer.name.empty() ? net::to_text(peer.at) : escape_for_display(peer.name);
    };
    if (const auto* joined = std::get_if<net::PeerConnected>(&event)) {
        if (!quiet) say("connected to " + name_of(joined->peer));
    } else if (const auto* lost = std::get_if<net::PeerLost>(&event)) {
        if (!quiet) say("lost " + name_of(lost->peer) + ": " + escape_for_display(lost->why));
    } else if (const auto* dropped = std::get_if<net::PaymentDropped>(&event)) {
        const bool expired = dropped->why == net::PaymentDropped::Why::expired;
        say(coloured("payment " + dropped->tx.id().hex().substr(0, 12) + " will not be: " +
                         (expired ? "it expired" : "another payment of the same wallet took its place"),
                     Tone::warn, style.colour));
    } else {
        fold_chain(std::get<chain::Event>(event), style, quiet);
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
        say(coloured(line, moved->depth > alarming ? Tone::bad : Tone::warn, style.colour));
    } else if (const auto* held = std::get_if<chain::BranchHeld>(&event)) {
        say(coloured("a branch that would take back " + counted(held->depth, "block") +
                         " is held; `chain accept " + held->tip.hex() + "` follows it",
                     Tone::bad, style.colour));
    }
}

std::uint64_t Notices::due_in(std::uint64_t now_ms) const {
    const std::uint64_t due = shown_ms_ + pace_ms;
    return due > now_ms ? due - now_ms : 0;
}

std::string Notices::take(std::uint64_t now_ms) {
    std::string text;
    for (const auto& line : lines_) text += line + "\n";
    if (left_out_ > 0)
        text += "and " + std::to_string(left_out_) + " more of your wallet: `history` shows them\n";
    if (blocks_ == 1) text += "block " + std::to_string(height_) + ", " + counted(txs_, "transaction") + "\n";
    if (blocks_ > 1)
        text += counted(blocks_, "block") + " up to " + std::to_string(height_) + ", " +
                counted(txs_, "transaction") + "\n";
    lines_.clear();
    left_out_ = 0;
    blocks_ = 0;
    txs_ = 0;
    shown_ms_ = now_ms;
    return text;
}

} // namespace cairn::cli
