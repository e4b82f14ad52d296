#include <wallet/base64.hpp>

namespace cairn::wallet {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

crypto::SecretBytes to_base64(ByteView bytes) {
    crypto::SecretBytes out((bytes.size() + 2) / 3 * 4);
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t group = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k) bits = bits << 8U | (k < group ? bytes[i + k] : Byte{0});
        for (std::size_t k = 0; k < 4; ++k) {
            const char c = k <= group ? alphabet[bits >> (18 - 6 * k) & 63U] : '=';
            out.writable()[at++] = static_cast<Byte>(c);
        }
    }
    return out;
}

std::optional<crypto::SecretBytes> from_base64(std::string_view text) {
    crypto::SecretBytes out(text.size() / 4 * 3 + 3);
    std::size_t size = 0;
    std::size_t symbols = 0;
    std::size_t padding = 0;
    std::uint32_t bits = 0;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        if (c == '=') {
            ++padding;
            continue;
        }
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos || padding != 0) return std::nullopt;
        bits = (bits << 6U | static_cast<std::uint32_t>(value)) & 0xffffff;
        if (++symbols % 4 != 0) continue;
        for (std::size_t k = 0; k < 3; ++k) out.writable()[size++] = static_cast<Byte>(bits >> (16 - 8 * k));
    }
    const std::size_t rest = symbols % 4; // 0, 2 or 3; they carry 0, 1 or 2 bytes
    if (rest == 1 || padding != (4 - rest) % 4) return std::nullopt;
    if (rest != 0) {
        const std::size_t spare = rest == 2 ? 4 : 2;
        if ((bits & ((1U << spare) - 1)) != 0) return std::nullopt;
        const std::uint32_t whole = (bits & ((1U << (6 * rest)) - 1)) >> spare;
        if (rest == 3) out.writable()[size++] = static_cast<Byte>(whole >> 8U);
        out.writable()[size++] = static_cast<Byte>(whole);
    }
    return crypto::SecretBytes(out.view().first(size));
}

} // namespace cairn::wallet
