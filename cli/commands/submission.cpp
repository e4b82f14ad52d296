#include <base/utf8.hpp>
#include <cli/commands/address_words.hpp>
#include <cli/commands/submission.hpp>
#include <cli/output/printer.hpp>
#include <cli/output/streams.hpp>
#include <wallet/contacts.hpp>

#include <algorithm>
#include <chrono>

namespace cairn::cli {
namespace {

constexpr std::size_t typical_bytes = 1'000;

/// Units a byte that one more transaction must offer to be among the first `bytes` of what waits; 0 where
/// there is room.
std::uint64_t rate_to_enter(const std::vector<Transaction>& best_first, std::uint64_t bytes) {
    std::uint64_t taken = 0;
    for (const auto& tx : best_first) {
        taken += tx.size();
        if (taken > bytes) return tx.fields().fee.units() / tx.size() + 1;
    }
    return 0;
}

} // namespace

// --- fees ---

FeeTable fee_table(const net::Node& node) {
    const auto least = node.mempool().least_fee(typical_bytes).units();
    const auto base = (least + typical_bytes - 1) / typical_bytes;
    FeeTable table{base, 2 * base, 5 * base};
    const auto block = node.chain().network().parameters().max_block_bytes;
    if (node.mempool().bytes() > block / 2) {
        const auto waiting = node.mempool().all();
        table.normal = std::max(table.normal, rate_to_enter(waiting, block));
        table.high = std::max({table.high, table.normal, rate_to_enter(waiting, block / 2)});
    }
    return table;
}

Expected<FeeRate> fee_rate(Session& session, const Args& args) {
    return fee_rate(session.core().read([](const net::Node& node) { return fee_table(node); }), args);
}

Expected<FeeRate> fee_rate(const FeeTable& table, const Args& args) {
    if (args.has("--fee") && args.has("--priority"))
        return failure(Exit::usage, "bad_argument", "--fee and --priority exclude each other",
                       "--fee says how much, --priority lets the size decide");
    if (args.has("--fee")) return FeeRate{0, args.amount("--fee")};
    const auto name = args.text_or("--priority", "normal");
    const auto priority = name == "low" ? Priority::low : name == "high" ? Priority::high : Priority::normal;
    return FeeRate{table.of(priority)};
}

std::vector<Option> fee_options() {
    return {option("--fee", "A", Kind::fee, "of each transaction, in coins"),
            choice("--priority", {"low", "normal", "high"}, "fee by size (normal)")};
}

// --- who pays ---

Amount Payer::available() const {
    Uint128 sum = 0;
    for (const auto& source : sources) sum += source.available.units();
    return Amount::from_units(static_cast<std::uint64_t>(std::min<Uint128>(sum, UINT64_MAX)));
}

Payer payer_of(Session& session, wallet::Wallet& wallet) {
    return session.core().read([&wallet](const net::Node& node) {
        Payer payer{&wallet, {}, fee_table(node)};
        for (const auto& each : wallet.addresses())
            payer.sources.push_back(Source{each.address, each.public_key,
                                           balance_of(node, {each.address}).available(),
                                           node.next_nonce(each.address)});
        return payer;
    });
}

Expected<Payer> payer_of(Session& session, const Args& args) {
    if (args.has("--from") && looks_like_address(args.text("--from"), session.prefix()))
        return bad_argument("--from", "this is an address, and the name of a wallet is expected",
                            "`wallet list` shows the wallets of this data directory");
    const auto wallet = args.has("--from") ? session.wallet(args.text("--from")) : session.current_wallet();
    if (!wallet) return fail(wallet.error());
    return payer_of(session, **wallet);
}

Expected<bool> find_later_addresses(Session& session, Payer& payer) {
    if (payer.wallet == nullptr) return false;
    const auto found = found_owner(session, *payer.wallet);
    if (!found) return fail(found.error());
    if (found->addresses.size() == payer.sources.size()) return false;
    payer = payer_of(session, *payer.wallet);
    return true;
}

// --- asking ---

Expected<void> agree(Session& session, const Proposal& proposal) {
    const bool by_amount = proposal.spends && is_high_fee(proposal.amount, proposal.fee);
    const std::string why = by_amount ? "above 5 % of the amount" : proposal.high_fee;
    const bool high_fee = !why.empty();
    if (!session.can_ask() && !high_fee && proposal.alarms.empty()) return {};
    if (session.can_ask() && !proposal.rows.empty()) {
        std::string rows = render_human(proposal.rows, {OutputMode::human, false, session.streams().width()});
        rows.pop_back(); // a remark ends its line itself
        session.remark(rows);
    }
    for (const auto& alarm : proposal.alarms) session.remark(alarm);
    const auto fee = to_text(proposal.fee);
    std::string question =
        proposal.what + memo_words(proposal.memo) + ", fee " + fee + " " + session.ticker();
    if (proposal.left) question += ", leaving " + with_ticker(session, *proposal.left);
    if (high_fee) question = "The fee is " + why + ". " + question;
    auto agreed = session.confirm(question, high_fee ? fee : std::string());
    if (!agreed && high_fee)
        agreed.error().hint =
            "the fee is " + why + (agreed.error().hint.empty() ? "" : "; " + agreed.error().hint);
    return agreed;
}

std::string memo_words(const std::string& memo) {
    return memo.empty() ? std::string()
                        : ", with the memo \"" + escape_for_display(memo) + "\" for everybody to read";
}

Expected<std::vector<std::string>> look_alike_alarms(Session& session, const Recipient& recipient) {
    if (!recipient.name.empty()) return std::vector<std::string>{};
    return look_alike_alarms(session, recipient.address);
}

Expected<std::vector<std::string>> look_alike_alarms(Session& session, const crypto::Address& address) {
    std::vector<std::string> alarms;
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    if (!names->find(address).empty()) return alarms;
    const auto contacts = session.contacts();
    if (!contacts) return fail(contacts.error());
    for (const auto& contact : (*contacts)->look_alikes(address))
        alarms.push_back(session.to_text(address) + " looks like the address of " + contact.name +
                         ", but is another one: " + contact.name + "'s is " +
                         session.to_text(contact.address));
    return alarms;
}

// --- handing in ---

Handed handed_of(const TxId& id, const net::Submitted& submitted) {
    const bool in_mempool = submitted.place == net::Submitted::Place::mempool;
    return {id, in_mempool ? "pending" : "waiting", submitted.replaced};
}

Expected<std::vector<Handed>> submit_all(Session& session, const std::vector<Transaction>& txs) {
    auto response = session.wait_for(session.core().submit(net::SubmitTransactions{txs}));
    if (!response) return fail(std::move(response.error()));
    const auto& all = std::get<net::SubmittedAll>(*response);
    std::vector<Handed> handed;
    for (std::size_t i = 0; i < all.taken.size(); ++i) handed.push_back(handed_of(txs[i].id(), all.taken[i]));
    if (!all.refused) return handed;
    Failure refused = failure_of(*all.refused, session.ticker());
    std::size_t left = 0; // peers were told of them meanwhile
    for (auto it = handed.rbegin(); it != handed.rend(); ++it) {
        auto forgotten = session.wait_for(session.core().submit(net::ForgetTransaction{it->id}));
        if (!forgotten) return fail(std::move(forgotten.error()));
        if (!std::get<net::Forgotten>(*forgotten).done) ++left;
    }
    if (left > 0)
        refused.hint = std::to_string(left) +
                       " of the payments had left for peers already: `tx list --pending` "
                       "shows them" +
                       (refused.hint.empty() ? "" : "; " + refused.hint);
    return fail(std::move(refused));
}

Expected<void> wait_confirmed(Session& session, const TxId& id, std::uint64_t confirmations) {
    while (true) {
        const auto shown =
            session.core().read([&id](const net::Node& node) { return find_transaction(node, id); });
        if (!shown)
            return failure(Exit::rejected, "transaction_dropped",
                           "the transaction is neither pending nor confirmed any more");
        if (shown->confirmations >= confirmations && shown->status == "confirmed") return {};
        if (auto waited = session.wait_for_events(std::chrono::milliseconds(100)); !waited)
            return fail(std::move(waited.error()));
    }
}

Expected<void> check_asked(Session& session, const Recipient& recipient, const Args& args) {
    if (!recipient.amount || recipient.amount->is_zero() || !args.has("amount")) return {};
    if (!args.is_all("amount") && args.amount("amount") == *recipient.amount) return {};
    return bad_argument("amount", "the payment URI asks for " + with_ticker(session, *recipient.amount),
                        "leave one of the two out");
}

Expected<void> check_text(std::string_view argument, const std::string& text) {
    if (text.size() > 255)
        return bad_argument(argument, "at most 255 bytes, this has " + std::to_string(text.size()));
    if (!is_utf8(text)) return bad_argument(argument, "it is not UTF-8");
    return {};
}

} // namespace cairn::cli
