// The form of an exported chain: the line `cairn-chain 1 GENESIS_ID_HEX`, then for heights 1, 2, … `length
// u32 | block`. Reading is a stream: memory never holds more than one block. Nothing here judges blocks.
#pragma once

#include <cli/commands/files.hpp>
#include <model/ids.hpp>

namespace cairn::cli {

std::string chain_file_head(const BlockId& genesis);
/// `length u32 | block`.
Bytes chain_file_record(ByteView block);

class ChainFileReader {
  public:
    /// bad_file (2) where the first line is not of the form.
    static Expected<ChainFileReader> open(const std::string& path);

    const BlockId& genesis() const { return genesis_; }
    /// The next block's bytes; empty at the end. `limit`: what a block of this network may have at most,
    /// checked before memory is taken. truncated_file (1), bad_file (2).
    Expected<Bytes> next(std::uint64_t limit);
    std::uint64_t size() const { return file_.size(); }
    std::uint64_t position() const { return position_; }

  private:
    explicit ChainFileReader(InputFile file) : file_(std::move(file)) {}
    Expected<std::size_t> take(std::span<Byte> out);
    InputFile file_;
    BlockId genesis_;
    std::uint64_t position_ = 0;
};

} // namespace cairn::cli
