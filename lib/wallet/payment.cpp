#include <base/utf8.hpp>
#include <wallet/payment.hpp>

namespace cairn::wallet {
namespace {

constexpr std::size_t max_text_bytes = 255; // a length byte

auto bad(std::string message) { return refuse(WalletError::bad_payment, std::move(message)); }

Outcome<void> check_text(std::string_view text, std::string_view what) {
    if (text.size() > max_text_bytes)
        return bad("a " + std::string(what) + " has at most 255 bytes, this one has " +
                   std::to_string(text.size()));
    if (!is_utf8(text)) return bad("the " + std::string(what) + " is not UTF-8");
    return {};
}

TxFields fields_of(const Envelope& envelope, const BlockId& genesis, Body body) {
    TxFields fields;
    fields.chain = chain_tag(genesis);
    fields.sender = envelope.sender;
    fields.nonce = envelope.nonce;
    fields.fee = envelope.fee;
    fields.expiry = envelope.expiry;
    fields.time = envelope.now;
    fields.body = std::move(body);
    return fields;
}

} // namespace

Outcome<TxFields> build_transfer(const Envelope& envelope, std::vector<Output> outputs,
                                 const BlockId& genesis) {
    if (outputs.empty()) return bad("a payment has at least one recipient");
    if (outputs.size() > Transfer::max_outputs)
        return bad("a payment has at most 256 recipients, this one has " + std::to_string(outputs.size()));
    Amount total = envelope.fee;
    for (const Output& output : outputs) {
        if (output.amount.is_zero()) return bad("an amount of zero cannot be sent");
        if (const auto memo = check_text(output.memo, "memo"); !memo) return fail(memo.error());
        const auto sum = checked_add(total, output.amount);
        if (!sum) return bad("the amounts and the fee add up to more than there can be");
        total = *sum;
    }
    return fields_of(envelope, genesis, Transfer{std::move(outputs)});
}

Outcome<TxFields> build_document(const Envelope& envelope, Document document, const BlockId& genesis) {
    if (const auto title = check_text(document.title, "title"); !title) return fail(title.error());
    if (document.content.size() > Document::max_inline_bytes)
        return bad("a document can be kept whole up to 65,536 bytes, this one has " +
                   std::to_string(document.content.size()));
    if (!document.content.empty() && crypto::sha256(document.content) != document.sha256)
        return bad("the document's content has another hash than the one given");
    return fields_of(envelope, genesis, std::move(document));
}

} // namespace cairn::wallet
