// Fuzz target: blocks from a peer or from the log. What is read must be the only form of itself, and the
// rules of its body must come to an end.
#include <consensus/rules.hpp>

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cairn;
    static const consensus::Network network = consensus::dev_network();
    const ByteView bytes(data, size);
    if (decode_block(bytes, SealKind::stake)) std::abort(); // no such seal yet
    auto block = decode_block(bytes, SealKind::work);
    if (!block) return 0;
    const Bytes again = encode(*block);
    if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) std::abort();
    if (encoded_size(*block) != size || block->header().tx_count != block->transactions.size()) std::abort();
    (void)block_id(block->head);
    (void)consensus::check_body(network, *block);
    block->head.header.tx_root =
        consensus::tx_root(block->transactions); // so that the later rules are reached
    const auto error = consensus::check_body(network, *block);
    if (error && error->index >= block->transactions.size() && error->index != 0) std::abort();
    return 0;
}
