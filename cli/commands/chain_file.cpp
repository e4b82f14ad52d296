#include <cli/commands/chain_file.hpp>
#include <model/codec.hpp>

#include <string>

namespace cairn::cli {
namespace {

constexpr std::string_view magic = "cairn-chain 1 ";
constexpr std::size_t head_bytes = magic.size() + 64 + 1;

} // namespace

std::string chain_file_head(const BlockId& genesis) { return std::string(magic) + genesis.hex() + "\n"; }

Bytes chain_file_record(ByteView block) {
    Bytes out;
    out.reserve(4 + block.size());
    Writer(out).integer(static_cast<std::uint32_t>(block.size())).raw(block);
    return out;
}

Expected<std::size_t> ChainFileReader::take(std::span<Byte> out) {
    auto got = file_.read(out);
    if (got) position_ += *got;
    return got;
}

Expected<ChainFileReader> ChainFileReader::open(const std::string& path) {
    auto file = InputFile::open(path);
    if (!file) return fail(std::move(file.error()));
    ChainFileReader reader(std::move(*file));
    Bytes head(head_bytes);
    const auto got = reader.take(head);
    if (!got) return fail(got.error());
    const auto text = as_text(head);
    std::optional<BlockId> genesis;
    if (*got == head_bytes && text.starts_with(magic) && text.back() == '\n')
        genesis = BlockId::from_hex(text.substr(magic.size(), 64));
    if (!genesis)
        return failure(Exit::usage, "bad_file", path + ": it is not an exported chain",
                       "`chain export` writes such files");
    reader.genesis_ = *genesis;
    return reader;
}

Expected<Bytes> ChainFileReader::next(std::uint64_t limit) {
    const auto truncated = [this] {
        return failure(Exit::failed, "truncated_file", file_.path() + ": it ends in the middle of a block",
                       "what stood before was taken");
    };
    ByteArray<4> length{};
    auto got = take(length);
    if (!got) return fail(std::move(got.error()));
    if (*got == 0) return Bytes{};
    if (*got < length.size()) return truncated();
    const auto size = load_le<std::uint32_t>(length.data());
    if (size == 0 || size > limit)
        return failure(Exit::usage, "bad_file",
                       file_.path() + ": a block of " + std::to_string(size) + " bytes cannot be");
    Bytes block(size);
    got = take(block);
    if (!got) return fail(std::move(got.error()));
    if (*got < size) return truncated();
    return block;
}

} // namespace cairn::cli
