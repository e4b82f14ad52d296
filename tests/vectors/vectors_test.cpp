// The golden files against what this code makes. With CAIRN_WRITE_VECTORS=1 in the environment they are
// written anew instead: for a change of format that is meant, never to make a test pass.
#include "catch.hpp"
#include "vectors.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace cairn;
using namespace cairn::test;

namespace {

namespace json = boost::json;

bool holds_containers(const json::value& value) {
    const auto is_container = [](const json::value& one) { return one.is_object() || one.is_array(); };
    if (const auto* array = value.if_array()) return std::any_of(array->begin(), array->end(), is_container);
    if (const auto* object = value.if_object())
        return std::any_of(object->begin(), object->end(),
                           [&](const auto& member) { return is_container(member.value()); });
    return false;
}

/// A member or element a line down to `depth`, the rest on one line: differences show where they are.
std::string pretty(const json::value& value, int depth, const std::string& indent = "") {
    if (depth == 0 || (value.is_object() && !holds_containers(value)) || value.is_primitive())
        return json::serialize(value);
    const std::string inner = indent + "  ";
    std::string out;
    const auto add = [&](const std::string& text) { out += (out.empty() ? "\n" : ",\n") + inner + text; };
    if (const auto* object = value.if_object()) {
        for (const auto& [key, member] : *object)
            add(json::serialize(key) + ": " + pretty(member, depth - 1, inner));
        return "{" + out + "\n" + indent + "}";
    }
    for (const auto& element : value.as_array()) add(pretty(element, depth - 1, inner));
    return "[" + out + "\n" + indent + "]";
}

void check_file(const std::string& name, const json::object& made) {
    const std::string path = CAIRN_SOURCE_DIR "/tests/vectors/" + name;
    const std::string text = pretty(made, 3) + "\n";
    if (std::getenv("CAIRN_WRITE_VECTORS") != nullptr) {
        std::ofstream(path, std::ios::binary) << text;
        return;
    }
    std::ifstream file(path, std::ios::binary);
    std::stringstream stored;
    stored << file.rdbuf();
    REQUIRE(file);
    std::istringstream expected(stored.str());
    std::istringstream actual(text);
    std::string expected_line;
    for (std::string line; std::getline(actual, line);) { // line by line: the first that differs is told
        REQUIRE(std::getline(expected, expected_line));
        REQUIRE(line == expected_line);
    }
    CHECK(stored.str() == text);
}

} // namespace

TEST_CASE("encodings and names are those of the golden file", "[vectors][model]") {
    check_file("model.json", model_vectors());
}

TEST_CASE("networks, difficulty and the chain are those of the golden file", "[vectors][consensus]") {
    check_file("consensus.json", consensus_vectors());
}
