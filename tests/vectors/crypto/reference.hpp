// Ed25519 in the plainest form: RFC 8032 with affine coordinates over numbers of any size. Slow; the measure
// that the fast code is held against. Nothing here is shared with it.
#pragma once

#include <base/bytes.hpp>
#include <crypto/ed25519.hpp>
#include <crypto/hash.hpp>

#include <boost/integer/mod_inverse.hpp>
#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <optional>

namespace cairn::crypto::reference {

using Number = boost::multiprecision::cpp_int;

inline const Number p = (Number(1) << 255) - 19;
inline const Number order = (Number(1) << 252) + Number("27742317777372353535851937790883648493");

inline Number modulo(const Number& value, const Number& modulus) {
    const Number rest = value % modulus;
    return rest < 0 ? Number(rest + modulus) : rest;
}
inline Number in_field(const Number& value) { return modulo(value, p); }
inline Number inverse(const Number& value) { return boost::integer::mod_inverse(in_field(value), p); }

inline Number power(const Number& value, const Number& exponent) {
    return boost::multiprecision::powm(value, exponent, p);
}

inline const Number d = in_field(-121665 * inverse(121666));

inline Number number_of(ByteView little_endian) {
    Number value = 0;
    for (std::size_t i = little_endian.size(); i-- > 0;) value = (value << 8) + little_endian[i];
    return value;
}

/// Modulo 2^(8N).
template <std::size_t N> ByteArray<N> bytes_of(Number value) {
    ByteArray<N> bytes;
    for (auto& byte : bytes) {
        byte = static_cast<Byte>(value & 0xff);
        value >>= 8;
    }
    return bytes;
}

struct Affine {
    Number x;
    Number y;
    friend bool operator==(const Affine& a, const Affine& b) { return a.x == b.x && a.y == b.y; }
};

inline const Affine identity{0, 1};

inline Affine operator+(const Affine& a, const Affine& b) {
    const Number k = in_field(d * a.x * b.x * a.y * b.y);
    return {in_field((a.x * b.y + b.x * a.y) * inverse(1 + k)),
            in_field((a.y * b.y + a.x * b.x) * inverse(1 - k))};
}

inline Affine operator*(Number factor, Affine point) {
    Affine result = identity;
    for (; factor > 0; factor >>= 1) {
        if ((factor & 1) != 0) result = result + point;
        point = point + point;
    }
    return result;
}

inline ByteArray<32> encode(const Affine& point) { return bytes_of<32>(point.y + ((point.x & 1) << 255)); }

/// RFC 8032, 5.1.3; the canonical encoding alone.
inline std::optional<Affine> decode(const ByteArray<32>& bytes) {
    const Number all = number_of(bytes);
    const Number y = all & ((Number(1) << 255) - 1);
    const Number xx = in_field((y * y - 1) * inverse(d * y * y + 1));
    Number x = power(xx, (p + 3) / 8);
    if (in_field(x * x) != xx) x = in_field(x * power(2, (p - 1) / 4));
    if (in_field(x * x) != xx) return std::nullopt;
    if ((x & 1) != all >> 255) x = in_field(-x);
    const Affine point{x, y};
    if (encode(point) != bytes || y >= p) return std::nullopt;
    return point;
}

inline Affine base() { return *decode(bytes_of<32>(in_field(4 * inverse(5)))); }

/// Rule 8 of the consensus rules, word by word.
inline bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
    const auto a = decode(key.bytes);
    ByteArray<32> r_bytes;
    std::copy_n(signature.bytes.begin(), 32, r_bytes.begin());
    const auto r = decode(r_bytes);
    const Number s = number_of(ByteView(signature.bytes).last(32));
    if (!a || !r || s >= order) return false;
    if (8 * *a == identity || 8 * *r == identity) return false;
    const Number h = number_of(sha512({r_bytes, key.bytes, message})) % order;
    return 8 * (s * base()) == 8 * *r + 8 * (h * *a);
}

} // namespace cairn::crypto::reference
