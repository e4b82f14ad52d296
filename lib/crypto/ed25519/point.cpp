#include <crypto/ed25519/formulas.hpp>
#include <crypto/ed25519/point.hpp>
#include <crypto/ed25519/roots.hpp>

#include <algorithm>

namespace cairn::crypto::ed25519 {
namespace {

/// d = -121665/121666.
constexpr Field curve_d{
    {0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff}};
/// 2^((p - 1) / 4), a square root of -1.
constexpr Field root_of_minus_one{
    {0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d}};

/// What an encoding says before its root is taken.
struct Encoded {
    Field y;
    Ratio xx; ///< x² = (y² - 1) / (d·y² + 1)
    bool negative;
};

std::optional<Encoded> read(const ByteArray<32>& bytes) {
    const auto y = from_bytes(bytes);
    if (!y) return std::nullopt;
    const Field yy = square(*y);
    return Encoded{*y, {(yy - one) * one, yy * curve_d + one}, (bytes[31] & 0x80) != 0};
}

/// The root of the ratio itself, of a candidate that may be off by a root of -1; nullopt where there is none
/// (RFC 8032, 5.1.3, step 3).
std::optional<Field> root_of(const Ratio& ratio, const Field& candidate) {
    const Field check = square(candidate) * ratio.v;
    if (equal(check, ratio.u)) return candidate;
    if (is_zero(check + ratio.u)) return candidate * root_of_minus_one;
    return std::nullopt;
}

std::optional<Point> completed(const Encoded& encoded, const Field& candidate) {
    auto x = root_of(encoded.xx, candidate);
    if (!x || (encoded.negative && is_zero(*x))) return std::nullopt;
    if (is_negative(*x) != encoded.negative) x = -*x * one; // the product makes it tight
    return Point{*x, encoded.y, one, *x * encoded.y};
}

} // namespace

constexpr Point base_point{
    {{0x62d608f25d51a, 0x412a4b4f6592a, 0x75b7171a4b31d, 0x1ff60527118fe, 0x216936d3cd6e5}},
    {{0x6666666666658, 0x4cccccccccccc, 0x1999999999999, 0x3333333333333, 0x6666666666666}},
    one,
    {{0x68ab3a5b7dda3, 0x0eea2a5eadbb, 0x2af8df483c27e, 0x332b375274732, 0x67875f0fd78b7}}};

std::optional<Point> decode(const ByteArray<32>& bytes) { return decode_many({&bytes, 1}).front(); }

std::vector<std::optional<Point>> decode_many(std::span<const ByteArray<32>> encodings, Form form) {
    std::vector<Encoded> read_ones;
    std::vector<Ratio> ratios;
    std::vector<std::size_t> places;
    read_ones.reserve(encodings.size());
    ratios.reserve(encodings.size());
    places.reserve(encodings.size());
    for (std::size_t i = 0; i < encodings.size(); ++i) {
        const auto encoded = read(encodings[i]);
        if (!encoded) continue;
        read_ones.push_back(*encoded);
        ratios.push_back(encoded->xx);
        places.push_back(i);
    }
    const auto candidates = root_candidates(ratios, form);
    std::vector<std::optional<Point>> points(encodings.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        points[places[i]] = completed(read_ones[i], candidates[i]);
    return points;
}

ByteArray<32> encode(const Point& point) {
    const Field inverse_z = inverse(point.z);
    ByteArray<32> out = to_bytes(point.y * inverse_z);
    if (is_negative(point.x * inverse_z)) out[31] |= 0x80;
    return out;
}

Point operator+(const Point& a, const Point& b) { return to_extended(sum(a, prepared(b))); }
Point operator-(const Point& a, const Point& b) { return to_extended(difference(a, prepared(b))); }
Point operator-(const Point& a) { return {-a.x * one, a.y, a.z, -a.t * one}; }
Point doubled(const Point& a) { return to_extended(twice({a.x, a.y, a.z})); }

bool equal(const Point& a, const Point& b) {
    return equal(a.x * b.z, b.x * a.z) && equal(a.y * b.z, b.y * a.z);
}
bool is_identity(const Point& a) { return is_zero(a.x) && equal(a.y, a.z); }
// Eight points, but only five y: each but (0, 1) and (0, -1) has its negative with the same.
bool encodes_small_order(const ByteArray<32>& bytes) {
    static constexpr std::array<ByteArray<32>, 5> all_y{{
        {0x01},
        {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
        {},
        {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
         0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
        {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
         0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    }};
    ByteArray<32> y = bytes;
    y[31] &= 0x7f;
    return std::find(all_y.begin(), all_y.end(), y) != all_y.end();
}

bool is_small_order(const Point& a) { return is_identity(doubled(doubled(doubled(a)))); }

} // namespace cairn::crypto::ed25519
