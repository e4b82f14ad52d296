// Fuzz target: the address book as it stands on disk. The checksum is put right first, so that what is behind
// it is reached. A book that is read is whole: it is written as it was, and every use of it holds.
#include <crypto/hash.hpp>
#include <protocol/address_book.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace cairn;
using namespace cairn::net;

void use(AddressBook& book, std::uint64_t seed) {
    Prng random(seed);
    const Time now{random.next_u64() >> random.below(64)};
    for (int i = 0; i < 6; ++i) {
        const auto picked = book.pick(random, now, {});
        const Endpoint source = picked.value_or(Endpoint{});
        for (const AddrEntry& one : book.sample(100, source, random, now)) {
            if (!book.contains(one.at) || !may_tell(source, one.at)) std::abort();
            book.add({one.at, now}, source, now);
            if (random.below(3) == 0) book.failed(one.at, now);
            if (random.below(3) == 0) book.tried(one.at, now);
        }
        if (const auto occupant = book.to_test(now)) book.failed(*occupant, now);
        if (picked && random.below(4) == 0) book.forget(*picked);
    }
    static AddressBook again({}); // the tables are large: made once
    if (!again.decode(book.encode()) || again.count() != book.count()) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static AddressBook book({});
    if (size < 4) return book.decode(ByteView(data, size)) ? 1 : 0;
    Bytes bytes(data, data + size);
    store_le(bytes.data() + size - 4, crypto::crc32c(ByteView(bytes).first(size - 4)));
    if (!book.decode(bytes)) {
        if (book.count() + book.kept().size() + book.anchors().size() != 0) std::abort();
        return 0;
    }
    if (book.encode() != bytes) std::abort();
    use(book, crypto::crc32c(bytes));
    return 0;
}
