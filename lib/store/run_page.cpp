#include <store/index_format.hpp>
#include <store/run_page.hpp>

#include <stdexcept>

namespace cairn::store {
namespace {

constexpr std::size_t longest_entry = 10 + 5 + 5; ///< three numbers of 64, 32 and 32 bits

/// LEB128: seven bits a byte, the lowest first; the top bit says that another follows.
Byte* write_number(Byte* to, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) *to++ = static_cast<Byte>(value | 0x80);
    *to++ = static_cast<Byte>(value);
    return to;
}

class PageReader {
  public:
    PageReader(ByteView page, std::uint32_t from) : rest_(page), from_(from) {
        if (page.empty()) damaged();
    }

    bool finished() const { return rest_.empty(); }

    RunEntry next() {
        const std::uint64_t step = number(UINT64_MAX - last_.key);
        const std::uint32_t base = step == 0 && !is_first_ ? last_.place.height : from_;
        last_.key += step;
        last_.place.height = base + static_cast<std::uint32_t>(number(UINT32_MAX - base));
        last_.place.index = static_cast<std::uint32_t>(number(UINT32_MAX)) - 1;
        is_first_ = false;
        return last_;
    }

  private:
    [[noreturn]] static void damaged() { damaged_entry("a page of a run"); }

    std::uint64_t number(std::uint64_t most) {
        std::uint64_t out = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (rest_.empty() || shift > 63) damaged();
            const Byte next = rest_.front();
            rest_ = rest_.subspan(1);
            const std::uint64_t bits = next & 0x7f;
            if (shift == 63 && bits > 1) damaged();
            out |= bits << shift;
            if (next < 0x80) break;
        }
        if (out > most) damaged();
        return out;
    }

    ByteView rest_;
    std::uint32_t from_;
    RunEntry last_;
    bool is_first_ = true;
};

} // namespace

// Per entry: key − the one before's | height − (the one before's if the key is the same, else `from`) |
// index + 1 modulo 2^32, so that a reward takes one byte. The first one of a page: as if behind key 0,
// `from`.
bool RunPageWriter::add(const RunEntry& entry) {
    const bool same = !bytes_.empty() && entry.key == last_.key;
    const std::uint32_t base = same ? last_.place.height : from_;
    if (entry.place.height < base || (!bytes_.empty() && entry.key < last_.key))
        throw std::logic_error("entries of a run must ascend");
    ByteArray<longest_entry> room;
    Byte* end = write_number(room.data(), bytes_.empty() ? entry.key : entry.key - last_.key);
    end = write_number(end, entry.place.height - base);
    end = write_number(end, static_cast<std::uint32_t>(entry.place.index + 1));
    const auto size = static_cast<std::size_t>(end - room.data());
    if (bytes_.size() + size > run_page_bytes) return false;
    append(bytes_, ByteView(room).first(size));
    last_ = entry;
    return true;
}

void RunPageWriter::clear() {
    bytes_.clear();
    last_ = {};
}

void read_run_page(ByteView page, std::uint32_t from, std::vector<RunEntry>& out) {
    out.clear();
    PageReader in(page, from);
    do {
        out.push_back(in.next());
        if (out.size() > 1 && !(out[out.size() - 2] < out.back())) damaged_entry("a run out of order");
    } while (!in.finished());
}

RunEntry first_of_run_page(ByteView page, std::uint32_t from) { return PageReader(page, from).next(); }

} // namespace cairn::store
