#include <crypto/hash.hpp>
#include <model/codec.hpp>
#include <store/record_format.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace cairn::store {
namespace {

constexpr std::string_view file_magic = "CAIRNLOG";

} // namespace

void write_record(Bytes& out, std::uint32_t mark, LogPosition group, ByteView payload) {
    const std::size_t begin = out.size();
    Writer(out)
        .integer(std::uint32_t{0})
        .integer(mark)
        .integer(static_cast<std::uint32_t>(payload.size()))
        .integer(group.packed())
        .raw(payload);
    store_le(out.data() + begin, crypto::crc32c(ByteView(out).subspan(begin + 4)));
}

RecordHeader read_record_header(ByteView bytes) {
    const Byte* const at = bytes.data();
    return {load_le<std::uint32_t>(at), load_le<std::uint32_t>(at + 4), load_le<std::uint32_t>(at + 8),
            LogPosition::unpack(load_le<std::uint64_t>(at + 12))};
}

const char* header_problem(const RecordHeader& header, LogPosition at, std::uint64_t left,
                           std::uint32_t mark) {
    if (header.mark != mark) return "no record begins here";
    if (header.length > RecordLog::max_payload) return "a record of impossible length";
    if (header.record_bytes() > left) return "a record that is cut short";
    if (header.group.file != at.file || header.group > at || header.group.offset < file_header_bytes)
        return "a record of an impossible group";
    return nullptr;
}

bool crc_holds(ByteView record) {
    return crypto::crc32c(record.subspan(4)) == load_le<std::uint32_t>(record.data());
}

Bytes write_file_header(std::uint32_t number, std::uint32_t mark, const BlockId& chain) {
    Bytes out;
    Writer to(out);
    to.raw(as_bytes(file_magic)).integer(log_version).integer(number).integer(mark).raw(chain.bytes);
    to.integer(crypto::crc32c(out));
    return out;
}

std::optional<BlockId> chain_of_log(FileSystem& files, const Path& directory) {
    const Path path = directory / file_name(0);
    if (!files.exists(path)) return std::nullopt;
    ByteArray<file_header_bytes> bytes{};
    const std::size_t got = files.open(path, OpenMode::read)->read(0, bytes);
    const bool sound = got == bytes.size() &&
                       as_text(ByteView(bytes).first(file_magic.size())) == file_magic &&
                       load_le<std::uint32_t>(bytes.data() + file_header_bytes - 4) ==
                           crypto::crc32c(ByteView(bytes).first(file_header_bytes - 4));
    if (!sound) return std::nullopt;
    Reader in(bytes);
    in.raw(20); // magic, version, number, mark
    return BlockId{in.array<32>()};
}

std::optional<std::uint32_t> read_file_header(ByteView bytes, const Path& path, std::uint32_t number,
                                              const BlockId& chain) {
    if (bytes.size() < file_header_bytes) return std::nullopt;
    bytes = bytes.first(file_header_bytes);
    Reader in(bytes);
    const ByteView magic = in.raw(file_magic.size());
    const auto version = in.integer<std::uint32_t>();
    const auto own_number = in.integer<std::uint32_t>();
    const auto mark = in.integer<std::uint32_t>();
    const BlockId own_chain{in.array<32>()};
    if (as_text(magic) != file_magic) return std::nullopt;
    if (in.integer<std::uint32_t>() != crypto::crc32c(bytes.first(file_header_bytes - 4)))
        return std::nullopt;
    if (version != log_version)
        throw ForeignStore(path, ForeignStore::Reason::version,
                           "a log of format version " + std::to_string(version) + ", this program reads " +
                               std::to_string(log_version));
    if (own_chain != chain)
        throw ForeignStore(path, ForeignStore::Reason::network,
                           "belongs to another network (genesis " + own_chain.hex() + ")");
    if (own_number != number)
        throw DamagedStore(path.string(), 0, "is file " + std::to_string(own_number) + " of the log");
    return mark;
}

std::string file_name(std::uint32_t number) {
    std::array<char, 20> text{};
    std::snprintf(text.data(), text.size(), "%05u.dat", number);
    return text.data();
}

std::optional<std::uint32_t> file_number(const std::string& name) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{} || file_name(number) != name) return std::nullopt;
    return number;
}

ByteView LogWindow::get(const File& file, std::uint64_t offset, std::uint64_t size) {
    if (offset < begin_ || offset + size > begin_ + bytes_.size()) {
        const std::uint64_t there = file.size();
        bytes_.resize(std::min(std::max(size, read_ahead_), there - std::min(there, offset)));
        bytes_.resize(file.read(offset, bytes_));
        begin_ = offset;
    }
    const ByteView all(bytes_);
    const std::size_t skip = std::min<std::size_t>(offset - begin_, all.size());
    return all.subspan(skip, std::min<std::size_t>(size, all.size() - skip));
}

std::unique_ptr<File> make_log_file(FileSystem& files, const Path& directory, std::uint32_t number,
                                    std::uint32_t mark, const BlockId& chain) {
    auto file = files.open(directory / file_name(number), OpenMode::append);
    if (file->size() != 0) file->truncate(0); // what is left of a try that a crash ended
    file->append(write_file_header(number, mark, chain));
    file->sync();
    files.sync_directory(directory);
    return file;
}

} // namespace cairn::store
