#include <crypto/siphash.hpp>
#include <wire/short_id.hpp>

#include <algorithm>

namespace cairn::net {

ShortIdKey short_id_key(const SealedHeader& head, std::uint64_t salt) {
    const Bytes encoded = encode(head);
    ByteArray<8> salt_bytes;
    store_le(salt_bytes.data(), salt);
    const Hash256 hash = crypto::sha256(
        {header_digest(head.header), ByteView(encoded).subspan(Header::encoded_size), salt_bytes});
    ShortIdKey out;
    std::copy_n(hash.begin(), out.bytes.size(), out.bytes.begin());
    return out;
}

ByteArray<6> short_id(const ShortIdKey& key, const WitnessId& id) {
    ByteArray<8> number;
    store_le(number.data(), crypto::siphash24(key.bytes, id.bytes));
    ByteArray<6> out;
    std::copy_n(number.begin(), out.size(), out.begin());
    return out;
}

std::uint64_t short_number(const ShortIdKey& key, const WitnessId& id) {
    return crypto::siphash24(key.bytes, id.bytes) & ((std::uint64_t{1} << 48) - 1);
}

} // namespace cairn::net
