// The one encoding: little-endian, fixed width, canonical. Writer appends, Reader takes and never reads past
// its end; a Reader that failed stays failed, so a decoder checks once.
#pragma once

#include <base/bytes.hpp>
#include <crypto/address.hpp>
#include <model/amount.hpp>
#include <model/ids.hpp>

#include <optional>

namespace cairn {

class Writer {
  public:
    explicit Writer(Bytes& out) : out_(out) {}

    template <typename T> Writer& integer(T value) {
        static_assert(std::is_unsigned_v<T>);
        const std::size_t at = out_.size();
        out_.resize(at + sizeof(T));
        store_le(out_.data() + at, value);
        return *this;
    }
    Writer& raw(ByteView bytes) {
        append(out_, bytes);
        return *this;
    }
    Writer& amount(Amount value) { return integer(value.units()); }

  private:
    Bytes& out_;
};

class Reader {
  public:
    explicit Reader(ByteView in) : in_(in) {}

    /// 0 once failed.
    template <typename T> T integer() {
        static_assert(std::is_unsigned_v<T>);
        const ByteView bytes = raw(sizeof(T));
        return bytes.empty() ? T{0} : load_le<T>(bytes.data());
    }
    template <std::size_t N> ByteArray<N> array() {
        ByteArray<N> out{};
        const ByteView bytes = raw(N);
        if (!bytes.empty()) std::memcpy(out.data(), bytes.data(), N);
        return out;
    }
    /// A view of the next `size` bytes; empty, and failed, where there are fewer.
    ByteView raw(std::size_t size) {
        if (failed_ || in_.size() - at_ < size) {
            failed_ = true;
            return {};
        }
        const ByteView out = in_.subspan(at_, size);
        at_ += size;
        return out;
    }
    Amount amount() { return Amount::from_units(integer<std::uint64_t>()); }
    void fail() { failed_ = true; }

    bool ok() const { return !failed_; }
    std::size_t position() const { return at_; }
    std::size_t left() const { return in_.size() - at_; }
    /// Nothing failed and nothing is left over.
    bool finished() const { return !failed_ && at_ == in_.size(); }

  private:
    ByteView in_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

} // namespace cairn
