// SHA-256 of several messages, side by side where the processor has SHA instructions.
#include <crypto/form.hpp>
#include <crypto/sha256_many.hpp>

#include <algorithm>

#ifdef __x86_64__
#include <crypto/sha256_ni.hpp>
#endif

namespace cairn::crypto {
namespace {

#ifdef __x86_64__

using namespace sha_ni;

constexpr std::size_t block_size = 64;
constexpr std::size_t length_size = 8; // the message's length in bits, at the end of the last block
constexpr std::size_t ways = 2;        ///< more are no quicker (measured, to 6), and trees often have few

/// What is left of a message after its whole blocks, padded to one block or two (FIPS 180-4, 5.1.1).
using Tail = ByteArray<2 * block_size>;

void pad(Tail& tail, const Byte* rest, std::size_t left, std::size_t blocks, std::size_t size) {
    if (left > 0) std::memcpy(tail.data(), rest, left);
    tail[left] = 0x80;
    std::memset(tail.data() + left + 1, 0, blocks * block_size - left - 1);
    const std::uint64_t bits = std::uint64_t{size} * 8;
    for (std::size_t i = 0; i < length_size; ++i)
        tail[blocks * block_size - 1 - i] = static_cast<Byte>(bits >> (8 * i));
}

using From = std::array<const Byte*, ways>;

template <std::size_t... L>
CAIRN_SHA_NI_INLINE void compress(std::array<Lane, ways>& lanes, const From& from,
                                  std::index_sequence<L...>) {
    std::array<Lane, ways> work;
    ((work[L].abef = lanes[L].abef, work[L].cdgh = lanes[L].cdgh, work[L].message[0] = words_at(from[L]),
      work[L].message[1] = words_at(from[L] + 16), work[L].message[2] = words_at(from[L] + 32),
      work[L].message[3] = words_at(from[L] + 48)),
     ...);
    rounds(work);
    ((lanes[L].abef = lanes[L].abef + work[L].abef, lanes[L].cdgh = lanes[L].cdgh + work[L].cdgh), ...);
}

/// Of `ways` messages; the first `count` results are wanted.
[[gnu::target("sha,sse4.1")]] void hash_side_by_side(From from, std::size_t size, Hash256* out,
                                                     std::size_t count) {
    constexpr auto each = std::make_index_sequence<ways>{};
    std::array<Lane, ways> lanes;
    for (Lane& lane : lanes) {
        lane.abef = initial_abef();
        lane.cdgh = initial_cdgh();
    }
    std::size_t left = size;
    for (; left >= block_size; left -= block_size) {
        compress(lanes, from, each);
        for (const Byte*& at : from) at += block_size;
    }
    const std::size_t blocks = left + 1 + length_size > block_size ? 2 : 1;
    std::array<Tail, ways> tails;
    for (std::size_t i = 0; i < ways; ++i) pad(tails[i], from[i], left, blocks, size);
    for (std::size_t block = 0; block < blocks; ++block) {
        for (std::size_t i = 0; i < ways; ++i) from[i] = tails[i].data() + block * block_size;
        compress(lanes, from, each);
    }
    for (std::size_t i = 0; i < count; ++i) store(out[i], in_order(lanes[i].abef, lanes[i].cdgh));
}

/// The blocks of a message, one after the other.
class Blocks {
  public:
    /// There are none before.
    void begin(const Tagged& message) {
        tag_ = message.tag;
        data_ = message.data;
        size_ = tag_.size() + data_.size();
        next_ = 0;
        count_ = (size_ + length_size) / block_size + 1;
    }
    bool has_next() const { return next_ < count_; }
    /// 64 bytes that stay until the next call.
    const Byte* next() {
        const std::size_t begin = block_size * next_++;
        if (begin >= tag_.size() && begin + block_size <= size_) return data_.data() + (begin - tag_.size());
        copy(begin);
        return block_.data();
    }

  private:
    /// Of the tag, of the message's end, or of its padding (FIPS 180-4, 5.1.1).
    void copy(std::size_t begin) {
        const std::size_t from_tag = begin < tag_.size() ? tag_.size() - begin : 0;
        if (from_tag > 0) std::memcpy(block_.data(), tag_.data() + begin, from_tag);
        const std::size_t end = std::min(size_, begin + block_size);
        const std::size_t used = begin < end ? end - begin : 0;
        if (used > from_tag)
            std::memcpy(block_.data() + from_tag, data_.data() + (begin + from_tag - tag_.size()),
                        used - from_tag);
        if (used == block_size) return;
        std::memset(block_.data() + used, 0, block_size - used);
        if (size_ >= begin) block_[used] = 0x80;
        if (used + (size_ >= begin ? 1 : 0) + length_size > block_size) return; // the length is in the next
        const std::uint64_t bits = std::uint64_t{size_} * 8;
        for (std::size_t i = 0; i < length_size; ++i)
            block_[block_size - 1 - i] = static_cast<Byte>(bits >> (8 * i));
    }

    ByteView tag_;
    ByteView data_;
    std::size_t size_ = 0;
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    ByteArray<block_size> block_;
};

/// A message on its way in each lane; one that has none hashes what its neighbour does, for nothing.
[[gnu::target("sha,sse4.1")]] void each_side_by_side(std::span<const Tagged> messages,
                                                     std::span<Hash256> digests) {
    constexpr auto each = std::make_index_sequence<ways>{};
    std::array<Lane, ways> lanes;
    std::array<Blocks, ways> blocks;
    std::array<std::size_t, ways> which{};
    std::size_t begun = 0;
    for (;;) {
        From from{};
        for (std::size_t i = 0; i < ways; ++i) {
            if (!blocks[i].has_next() && begun < messages.size()) {
                which[i] = begun;
                blocks[i].begin(messages[begun++]);
                lanes[i].abef = initial_abef();
                lanes[i].cdgh = initial_cdgh();
            }
            if (blocks[i].has_next()) from[i] = blocks[i].next();
        }
        const Byte* const any = from[0] != nullptr ? from[0] : from[1];
        if (any == nullptr) return;
        const From busy = from;
        for (const Byte*& at : from)
            if (at == nullptr) at = any;
        compress(lanes, from, each);
        for (std::size_t i = 0; i < ways; ++i)
            if (busy[i] != nullptr && !blocks[i].has_next())
                store(digests[which[i]], in_order(lanes[i].abef, lanes[i].cdgh));
    }
}

#endif

} // namespace

void sha256_each(std::span<const Tagged> messages, std::span<Hash256> digests) {
#ifdef __x86_64__
    static const bool side_by_side = has_sha_ni();
    if (side_by_side) return each_side_by_side(messages, digests);
#endif
    for (std::size_t i = 0; i < messages.size(); ++i)
        digests[i] = sha256({messages[i].tag, messages[i].data});
}

void sha256_many(ByteView messages, std::size_t size, std::span<Hash256> out) {
    std::size_t done = 0;
#ifdef __x86_64__
    static const bool side_by_side = has_sha_ni();
    if (side_by_side) {
        for (std::size_t left = out.size(); left > 1; left = out.size() - done) {
            const std::size_t count = std::min(left, ways);
            From from;
            for (std::size_t i = 0; i < ways; ++i) // what is too few is done twice
                from[i] = messages.data() + (done + std::min(i, count - 1)) * size;
            hash_side_by_side(from, size, out.data() + done, count);
            done += count;
        }
    }
#endif
    for (; done < out.size(); ++done) out[done] = sha256(messages.subspan(done * size, size));
}

} // namespace cairn::crypto
