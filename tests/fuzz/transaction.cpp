// Fuzz target: transactions from a peer or a file. Whatever is read must be the only form of itself, and must
// be judged without harm by the rules that ask for no state.
#include <consensus/rules.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace cairn;

void require(bool holds) {
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const consensus::Network network = consensus::dev_network();
    const ByteView bytes(data, size);
    if (const auto fields = decode_unsigned(bytes)) {
        const Bytes again = encode_unsigned(*fields);
        require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
    }
    const auto tx = decode_transaction(bytes);
    if (!tx) return 0;
    const Bytes again = encode(*tx);
    require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
    require(tx->size() == size && size <= Transaction::max_bytes);
    const Transaction built(tx->fields(), tx->signature());
    require(built.fields() == tx->fields() && built.id() == tx->id() &&
            built.witness_id() == tx->witness_id());
    const auto error = consensus::check_transaction(network, *tx, Height{1000});
    require(error || !std::holds_alternative<OpaqueBody>(tx->fields().body));
    require(error || total_out(tx->fields().body) <= network.max_supply().units());
    if (!error) (void)consensus::check_signature(network, *tx);
    return 0;
}
