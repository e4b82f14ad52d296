// Fuzz target: the body of a compact block, under a line that names the block its header gives, so that the
// counts and places behind the header are reached. The bytes are the body.
#include <wire/encoder.hpp>
#include <wire/message_reader.hpp>
#include <wire/short_id.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace cairn;
using namespace cairn::net;

void require(bool holds) {
    if (!holds) std::abort();
}

void look_at(const CompactBlock& block, ByteView body, std::size_t line_bytes) {
    require(block.short_ids.size() + block.prefilled.size() == block.head.header.tx_count);
    require(block.id == block_id(block.head) && block.height == block.head.header.height);
    const ShortIdKey key = short_id_key(block.head, block.salt);
    for (std::size_t i = 0; i < block.prefilled.size(); ++i) {
        const Prefilled& item = block.prefilled[i];
        require(item.index < block.head.header.tx_count);
        require(i == 0 || block.prefilled[i - 1].index < item.index);
        (void)short_id(key, item.tx.witness_id());
    }
    // The only form of itself: line, body, LF.
    const Bytes again = encode(block, true);
    require(again.size() == line_bytes + body.size() + 2);
    require(
        std::equal(body.begin(), body.end(), again.begin() + static_cast<std::ptrdiff_t>(line_bytes) + 1));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static constexpr DecoderLimits limits{SealKind::work, 1U << 20, 8'192};
    const ByteView body(data, size);
    Reader in(body);
    const auto head = take_sealed_header(in, limits.seal);
    const BlockId id = head ? block_id(*head) : BlockId{};
    const std::uint32_t height = head ? head->header.height.value : 0;
    const std::string line =
        "CBLK h=" + std::to_string(height) + " id=" + id.hex() + " body=" + std::to_string(size);
    const Message message = read_message(line, Bytes(body.begin(), body.end()), limits);
    if (const auto* block = std::get_if<CompactBlock>(&message))
        look_at(*block, body, line.size());
    else
        require(std::holds_alternative<Malformed>(message));
    return 0;
}
