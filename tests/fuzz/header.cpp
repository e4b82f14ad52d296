// Fuzz target: sealed headers, one after the other as a peer sends them, judged as children of block 0 and of
// each other on a network whose target moves.
#include <consensus/rules.hpp>
#include <consensus/seal.hpp>
#include <consensus/target.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace cairn;

/// On the way from bytes to a target and back nothing may get lost.
void look_at_target(CompactTarget bits) {
    const auto target = consensus::expand(bits);
    if (!target) return;
    if (consensus::compact(*target) != bits || consensus::work_of(*target).is_zero()) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const consensus::Network network = consensus::main_network();
    consensus::ChainPoint tip = consensus::genesis_point(network);
    Reader in(ByteView(data, size));
    while (const auto head = take_sealed_header(in, SealKind::work)) {
        const Bytes again = encode(*head);
        const ByteView read = ByteView(data, size).subspan(in.position() - again.size(), again.size());
        if (!std::equal(again.begin(), again.end(), read.begin(), read.end())) std::abort();
        look_at_target(head->header.target);
        const BlockId id = block_id(*head);
        (void)consensus::check_header(network, tip, *head, id);
        (void)consensus::is_ahead_of(network, head->header, Time{1'795'219'200'000});
        // A header on the tip with this one's time, as though its work were done: the difficulty goes on.
        SealedHeader next = *head;
        next.header.version = 1;
        next.header.parent = tip.id;
        next.header.height = tip.height.next();
        next.header.target = consensus::required_target(network, tip);
        if (next.header.time <= tip.time) next.header.time = Time{tip.time.unix_ms + 1};
        if (next.header.time.unix_ms == 0) return 0; // past the last moment there is
        const auto error = consensus::check_header(network, tip, next, BlockId{});
        if (error) std::abort();
        tip = consensus::extend(network, tip, next, id);
    }
    return 0;
}
