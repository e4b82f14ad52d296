#include <cli/commands/qr.hpp>

#include <qrencode.h>

#include <memory>

namespace cairn::cli {

namespace {

constexpr int quiet = 4;

using Code = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

std::vector<std::string> drawn(const QRcode* code) {
    const int width = code->width;
    const auto light = [&](int row, int column) {
        if (row < 0 || column < 0 || row >= width || column >= width) return row < width + quiet;
        return (code->data[row * width + column] & 1) == 0;
    };
    std::vector<std::string> lines;
    for (int row = -quiet; row < width + quiet; row += 2) {
        std::string line;
        for (int column = -quiet; column < width + quiet; ++column) {
            const bool upper = light(row, column);
            const bool lower = light(row + 1, column);
            line += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

} // namespace

std::vector<std::string> qr_lines(std::string_view text, std::size_t columns, std::size_t rows) {
    const std::string bytes(text);
    for (const auto level : {QR_ECLEVEL_M, QR_ECLEVEL_L}) {
        const Code code(QRcode_encodeString(bytes.c_str(), 0, level, QR_MODE_8, 1), &QRcode_free);
        if (!code) continue;
        const auto modules = static_cast<std::size_t>(code->width + 2 * quiet);
        if (modules <= columns && (modules + 1) / 2 <= rows) return drawn(code.get());
    }
    return {};
}

} // namespace cairn::cli
