// Reads the vector files of this folder: a row a line, columns between spaces, # starts a comment, - is
// empty.
#pragma once

#include "catch.hpp"
#include <base/hex.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace cairn::test {

using Row = std::vector<std::string>;

inline std::vector<Row> read_table(const std::string& name) {
    std::ifstream file(std::string(CAIRN_SOURCE_DIR) + "/tests/vectors/crypto/" + name);
    REQUIRE(file);
    std::vector<Row> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream columns(line);
        Row row;
        for (std::string column; columns >> column;) row.push_back(column == "-" ? std::string() : column);
        rows.push_back(std::move(row));
    }
    REQUIRE_FALSE(rows.empty());
    return rows;
}

/// Of a file whose rows start with the name of an algorithm: those of one, without the name.
inline std::vector<Row> rows_of(const std::string& name, const std::string& algorithm) {
    std::vector<Row> found;
    for (Row& row : read_table(name))
        if (row.at(0) == algorithm) found.emplace_back(row.begin() + 1, row.end());
    REQUIRE_FALSE(found.empty());
    return found;
}

inline Bytes bytes_of(const std::string& hex) {
    const auto bytes = from_hex(hex);
    REQUIRE(bytes);
    return *bytes;
}

template <std::size_t N> ByteArray<N> array_of(const std::string& hex) {
    const auto bytes = array_from_hex<N>(hex);
    REQUIRE(bytes);
    return *bytes;
}

} // namespace cairn::test
