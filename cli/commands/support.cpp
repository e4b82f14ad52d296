#include <cli/commands/address_words.hpp>
#include <cli/commands/support.hpp>
#include <cli/grammar/suggest.hpp>
#include <cli/output/streams.hpp>
#include <consensus/target.hpp>
#include <wallet/contacts.hpp>
#include <wallet/payment_uri.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>
#include <numeric>

namespace cairn::cli {

// --- outcomes of other layers as failures ---

Failure insufficient_funds(Amount needed, Amount available, const std::string& ticker) {
    Failure out{"insufficient_funds",
                Exit::rejected,
                "this takes " + to_text(needed) + " " + ticker + ", and " + to_text(available) + " " +
                    ticker + " is available",
                "`balance` shows what is confirmed and what is pending",
                {}};
    out.extra["needed"] = to_text(needed);
    out.extra["available"] = to_text(available);
    return out;
}

Failure failure_of(const chain::Refusal& refusal, const std::string& ticker) {
    using chain::RefusalCode;
    std::string word = chain::name_of(refusal.code);
    std::string message = chain::describe(refusal.code);
    std::string hint;
    switch (refusal.code) {
    case RefusalCode::insufficient_funds:
        return insufficient_funds(refusal.needed, refusal.available, ticker);
    case RefusalCode::rule:
        if (refusal.rule) {
            word = consensus::name_of(refusal.rule->code);
            message = consensus::describe(refusal.rule->code);
        }
        break;
    case RefusalCode::nonce_used:
    case RefusalCode::nonce_gap:
    case RefusalCode::nonce_too_far:
        message += "; the next nonce of this sender is " + std::to_string(refusal.expected_nonce.value);
        break;
    case RefusalCode::fee_too_low:
    case RefusalCode::replacement_fee_too_low:
        message += "; the least is " + to_text(refusal.needed) + " " + ticker;
        hint = "`fee show` tells what fees are taken now";
        break;
    default:
        break;
    }
    return Failure{std::move(word), Exit::rejected, std::move(message), std::move(hint), {}};
}

// --- names ---

Expected<Names> Names::of(Session& session) {
    Names names;
    names.prefix_ = session.prefix();
    for (const auto& name : session.wallets().names()) {
        const auto wallet = session.wallet(name);
        if (!wallet) continue; // a damaged one has no part in showing names
        for (const auto& each : (*wallet)->addresses()) names.names_.emplace(each.address, name);
    }
    const auto contacts = session.contacts();
    if (!contacts) return fail(contacts.error());
    for (const auto& contact : (*contacts)->all())
        names.names_.insert_or_assign(contact.address, contact.name);
    return names;
}

std::string Names::find(const crypto::Address& address) const {
    const auto found = names_.find(address);
    return found == names_.end() ? std::string() : found->second;
}

std::string Names::show(const crypto::Address& address) const {
    auto name = find(address);
    return name.empty() ? crypto::to_text(address, prefix_) : name;
}

namespace {

Expected<Recipient> recipient_of_uri(Session& session, std::string_view argument, const std::string& text) {
    auto uri = wallet::payment_uri_from_text(text, session.prefix());
    if (!uri && uri.error().code == wallet::WalletError::bad_address) {
        // As of an address without the URI: mistyped, and where, or of another network.
        const auto begin = text.find(':') + 1;
        auto address = read_value(Kind::address, argument, text.substr(begin, text.find('?') - begin), {},
                                  argument_context(session));
        if (!address) return fail(std::move(address.error()));
    }
    if (!uri) {
        auto out = failure_of(uri.error());
        out.exit = Exit::usage;
        out.message = std::string(argument) + ": " + out.message;
        return fail(std::move(out));
    }
    return Recipient{uri->to, {}, uri->amount, uri->memo};
}

} // namespace

Expected<Recipient> resolve_recipient(Session& session, std::string_view argument, const std::string& text) {
    if (wallet::is_payment_uri(text)) return recipient_of_uri(session, argument, text);
    const auto contacts = session.contacts();
    if (!contacts) return fail(contacts.error());
    const wallet::Contact* contact = (*contacts)->find(text);
    if (session.wallets().contains(text)) {
        const auto wallet = session.wallet(text);
        if (!wallet) return fail(wallet.error());
        if (contact != nullptr && (*wallet)->find(contact->address) == nullptr)
            return bad_argument(argument,
                                "\"" + text + "\" names a contact and a wallet that are not the same",
                                "give the address, or rename one of them");
        return Recipient{contact != nullptr ? contact->address : (*wallet)->primary().address, text, {}, {}};
    }
    if (contact != nullptr) return Recipient{contact->address, text, {}, {}};
    if (looks_like_address(text, session.prefix())) {
        auto address = read_value(Kind::address, argument, text, {}, argument_context(session));
        if (!address) return fail(std::move(address.error()));
        return Recipient{std::get<crypto::Address>(*address), {}, {}, {}};
    }
    auto known = session.wallets().names();
    for (const auto& each : (*contacts)->all()) known.push_back(each.name);
    return failure(Exit::not_found, "unknown_recipient",
                   std::string(argument) + ": there is no contact and no wallet \"" + text + "\"",
                   did_you_mean(text, known, "`contacts list` and `wallet list` show the names there are"));
}

bool Owner::owns(const crypto::Address& address) const {
    return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

Owner owner_of(const wallet::Wallet& wallet) {
    Owner owner{wallet.name(), {}};
    for (const auto& each : wallet.addresses()) owner.addresses.push_back(each.address);
    return owner;
}

Expected<Owner> found_owner(Session& session, wallet::Wallet& wallet) {
    while (true) {
        const auto stocked = wallet.stocked();
        const auto seen = session.core().read([&](const net::Node& node) {
            std::vector<crypto::Address> out;
            for (const auto& address : stocked)
                if (node.chain().account(address)) out.push_back(address);
            return out;
        });
        if (seen.empty()) return owner_of(wallet);
        if (auto noted = expected(wallet.note_used(seen, session.random())); !noted)
            return fail(noted.error());
    }
}

Expected<Owner> resolve_owner(Session& session, const std::string& text) {
    if (text.empty()) {
        const auto wallet = session.current_wallet();
        if (!wallet) return fail(wallet.error());
        return found_owner(session, **wallet);
    }
    if (session.wallets().contains(text)) {
        const auto wallet = session.wallet(text);
        if (!wallet) return fail(wallet.error());
        return found_owner(session, **wallet);
    }
    auto recipient = resolve_recipient(session, "wallet", text);
    if (!recipient) return fail(std::move(recipient.error()));
    return Owner{{}, {recipient->address}};
}

Expected<wallet::Wallet*> named_or_current(Session& session, const Args& args) {
    return args.has("name") ? session.wallet(args.text("name")) : session.current_wallet();
}

// --- money of an owner ---

Balance balance_of(const net::Node& node, const std::vector<crypto::Address>& addresses) {
    Balance out;
    for (const auto& address : addresses) {
        if (const auto account = node.chain().account(address))
            out.confirmed = out.confirmed + account->balance;
        out.incoming = out.incoming + node.mempool().pending(address).incoming;
        out.outgoing = out.outgoing + node.outgoing(address);
    }
    return out;
}

// --- small things ---

Expected<Time> since_of(const Session& session, const std::string& text) {
    if (const auto time = parse_rfc3339(text)) return *time;
    if (const auto span = parse_duration_ms(text)) {
        const auto now = session.now().unix_ms;
        return Time{now - std::min(now, *span)};
    }
    return bad_argument("--since", "a date such as 2026-11-21, or a span such as 2h, is expected");
}

Room picture_room(Session& session) {
    const auto& streams = session.streams();
    if (!streams.out_is_terminal()) return {};
    return {streams.width(), streams.height() - 1};
}

ArgumentContext argument_context(const Session& session) { return {session.prefix(), session.ticker()}; }

std::string with_ticker(const Session& session, Amount amount) {
    return to_text(amount) + " " + session.ticker();
}

std::string shorten(const std::string& id) { return id.substr(0, 12); }

std::string counted(std::uint64_t count, std::string_view thing) {
    return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

std::string decimal(const Uint256& value) { return value.to_decimal(); }

double to_double(const Uint256& value) {
    double about = 0;
    for (std::size_t i = value.limbs.size(); i-- > 0;)
        about = about * 0x1p64 + static_cast<double>(value.limbs[i]);
    return about;
}

std::string attempts_text(const Uint256& count) {
    return si_text(to_double(count)) + (count == Uint256(1) ? " attempt" : " attempts");
}

std::string compact_hex(CompactTarget target) {
    ByteArray<4> big_endian;
    for (std::size_t i = 0; i < 4; ++i) big_endian[i] = static_cast<Byte>(target.bits >> (24 - 8 * i));
    return "0x" + to_hex(big_endian);
}

Uint256 difficulty_of(CompactTarget target) {
    const auto expanded = consensus::expand(target);
    return expanded ? consensus::work_of(*expanded) : Uint256{};
}

boost::json::value optional_text(const std::string& text) {
    return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}

} // namespace cairn::cli
