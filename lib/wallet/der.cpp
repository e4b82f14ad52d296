#include <wallet/der.hpp>

namespace cairn::wallet::der {

std::optional<ByteView> take(ByteView& in, Byte tag) {
    if (in.size() < 2 || in[0] != tag) return std::nullopt;
    std::size_t start = 2;
    std::size_t size = in[1];
    if (size == 0x81 && in.size() >= 3 && in[2] >= 0x80) {
        start = 3;
        size = in[2];
    } else if (size == 0x82 && in.size() >= 4 && in[2] != 0) {
        start = 4;
        size = std::size_t{in[2]} << 8U | in[3];
    } else if (size >= 0x80) {
        return std::nullopt;
    }
    if (in.size() - start < size) return std::nullopt;
    const ByteView content = in.subspan(start, size);
    in = in.subspan(start + size);
    return content;
}

} // namespace cairn::wallet::der
