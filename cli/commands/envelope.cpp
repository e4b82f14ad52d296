#include <cli/commands/envelope.hpp>

#include <boost/json.hpp>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

constexpr const char* format = "transaction 1";

object summary_of(const consensus::Network& network, const TxFields& fields) {
    const auto& prefix = network.parameters().prefix;
    object out{{"from", crypto::to_text(crypto::address_of(fields.sender), prefix)},
               {"fee", to_text(fields.fee)},
               {"nonce", fields.nonce.value},
               {"time", to_rfc3339(fields.time)}};
    if (const auto* transfer = std::get_if<Transfer>(&fields.body)) {
        array outputs;
        for (const auto& output : transfer->outputs)
            outputs.push_back(object{{"to", crypto::to_text(output.to, prefix)},
                                     {"amount", to_text(output.amount)},
                                     {"memo", output.memo}});
        out["outputs"] = std::move(outputs);
    } else if (const auto* document = std::get_if<Document>(&fields.body)) {
        out["document"] = to_hex(document->sha256);
        out["title"] = document->title;
    }
    return out;
}

std::optional<std::string> text_at(const object& all, const char* key) {
    const auto* found = all.if_contains(key);
    if (found == nullptr || !found->is_string()) return std::nullopt;
    return std::string(found->as_string());
}

} // namespace

std::string envelope_text(const consensus::Network& network, const Envelope& envelope) {
    const auto parameters = boost::json::parse(to_json(network.parameters()));
    object all{{"cairn", format},
               {"genesis", network.id().hex()},
               {"network", network.parameters().name},
               {"summary", summary_of(network, envelope.fields)},
               {"unsigned", to_hex(encode_unsigned(envelope.fields))}};
    if (envelope.signed_one) all["signed"] = to_hex(encode(*envelope.signed_one));
    all["parameters"] = parameters;
    return boost::json::serialize(all) + "\n";
}

Expected<Envelope> envelope_from_text(const consensus::Network& network, const std::string& path,
                                      const std::string& text) {
    const auto bad = [&path](const std::string& why) {
        return failure(Exit::usage, "bad_envelope", path + ": " + why,
                       "it must be a file that `tx build` or `tx sign` wrote");
    };
    boost::system::error_code error;
    const auto value = boost::json::parse(text, error);
    if (error || !value.is_object()) return bad("it is not a transaction's file");
    const auto& all = value.as_object();
    if (text_at(all, "cairn") != format) return bad("it is not a transaction's file of this version");
    const auto genesis = text_at(all, "genesis");
    if (!genesis) return bad("it does not name its network's genesis");
    if (genesis != network.id().hex()) {
        const auto name = text_at(all, "network").value_or("?");
        const auto& own = network.parameters().name;
        return failure(Exit::failed, "wrong_network",
                       path + " is for " +
                           (name == own ? "another network of the name " + own
                                        : "the network " + name + ", this one is " + own),
                       "give the right --network");
    }
    const auto bytes = from_hex(text_at(all, "unsigned").value_or("-"));
    auto fields = bytes ? decode_unsigned(*bytes) : std::nullopt;
    if (!fields) return bad("its transaction cannot be read");
    if (fields->chain != network.tag()) return bad("its transaction is for another network");
    Envelope envelope{std::move(*fields), std::nullopt};
    if (const auto hex = text_at(all, "signed")) {
        const auto whole = from_hex(*hex);
        envelope.signed_one = whole ? decode_transaction(*whole) : std::nullopt;
        if (!envelope.signed_one) return bad("its signed transaction cannot be read");
        if (encode_unsigned(envelope.signed_one->fields()) != *bytes)
            return bad("what is signed is not what it says");
    }
    return envelope;
}

} // namespace cairn::cli
