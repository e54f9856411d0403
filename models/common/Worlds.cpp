// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Worlds.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "models/common/Draws.h"

using namespace weft;
using namespace weft::models;

namespace {

const std::vector<std::string> compass = {"north", "east", "south", "west"};
constexpr int stepX[] = {0, 1, 0, -1}, stepY[] = {-1, 0, 1, 0};

/// A colour is shown, a walk follows, and then two doors, of which the one of that colour counts.
class Corridor : public World {
public:
  static constexpr int colours = 4, cells = 10;

  const WorldFacts &facts() const override {
    static const WorldFacts facts = [] {
      WorldFacts made{{}, {"forward", "left", "right"}, 2, 100};
      for (const char *side : {"left", "right"}) {
        made.tokens.push_back(std::string(side) + ":wall");
        for (const char *colour : {"red", "green", "blue", "white"})
          made.tokens.push_back(std::string(side) + ":" + colour);
      }
      return made;
    }();
    return facts;
  }

  void begin(TaskPart part, uint32_t episode) override {
    draws = Draws(part, episode);
    enter();
  }

  void observe(std::span<int32_t> tokens) const override {
    bool isAtDoors = place == cells + 1;
    for (int side = 0; side < 2; ++side) {
      int colour = place == 0 ? shown : doors[side];
      tokens[size_t(side)] = side * (colours + 1) + (place == 0 || isAtDoors ? 1 + colour : 0);
    }
  }

  Outcome act(int action) override {
    bool isAtDoors = place == cells + 1;
    if ((action == 0) == isAtDoors)
      return {};
    if (!isAtDoors) {
      ++place;
      return {};
    }
    bool isRight = doors[action - 1] == shown;
    enter();
    return {isRight ? 1.0 : 0.0, true};
  }

private:
  void enter() {
    place = 0;
    shown = draws.below(colours);
    int other = (shown + 1 + draws.below(colours - 1)) % colours;
    bool isLeft = draws.isHeads();
    doors[0] = isLeft ? shown : other;
    doors[1] = isLeft ? other : shown;
  }

  Draws draws{TaskPart::Train, 0};
  int place = 0, shown = 0, doors[2] = {0, 0};
};

/// Rooms and walls on a square of cells, with coloured targets: the one that is asked for counts,
/// then another one is asked for.
class Maze : public World {
public:
  static constexpr int side = 9, colours = 8, view = 9, kinds = 2 + colours;

  const WorldFacts &facts() const override {
    static const WorldFacts facts = [] {
      WorldFacts made{{}, compass, view + 1, 200};
      for (int i = 0; i < view; ++i) {
        std::string where = std::to_string(i % 3 - 1) + "," + std::to_string(i / 3 - 1) + ":";
        made.tokens.push_back(where + "wall");
        made.tokens.push_back(where + "free");
        for (int colour = 0; colour < colours; ++colour)
          made.tokens.push_back(where + "target" + std::to_string(colour));
      }
      for (int colour = 0; colour < colours; ++colour)
        made.tokens.push_back("asked:" + std::to_string(colour));
      return made;
    }();
    return facts;
  }

  void begin(TaskPart part, uint32_t episode) override {
    draws = Draws(part, episode);
    build();
    std::vector<int> free;
    for (int i = 0; i < side * side; ++i)
      if (cells[size_t(i)] == 1)
        free.push_back(i);
    draws.shuffle(free);
    for (int colour = 0; colour < colours; ++colour)
      cells[size_t(free[size_t(colour)])] = 2 + colour;
    at = free[colours];
    asked = draws.below(colours);
  }

  void observe(std::span<int32_t> tokens) const override {
    for (int i = 0; i < view; ++i)
      tokens[size_t(i)] = i * kinds + look(at % side + i % 3 - 1, at / side + i / 3 - 1);
    tokens[view] = view * kinds + asked;
  }

  Outcome act(int action) override {
    int next = at + stepX[action] + side * stepY[action];
    if (cells[size_t(next)] == 0)
      return {};
    at = next;
    if (cells[size_t(at)] != 2 + asked)
      return {};
    asked = (asked + 1 + draws.below(colours - 1)) % colours;
    return {1, false};
  }

private:
  int look(int x, int y) const {
    return x < 0 || y < 0 || x >= side || y >= side ? 0 : cells[size_t(y * side + x)];
  }

  /// The walls between rooms at odd coordinates, by Kruskal's method (Fan et al. 2020, appendix): a
  /// wall falls, in random order, if it parts what nothing joins yet. Then every dead end loses one
  /// more of its inner walls.
  void build() {
    cells.fill(0);
    std::vector<int> walls;
    for (int y = 1; y < side; ++y)
      for (int x = 1; x < side - 1; ++x) {
        if (x % 2 == 1 && y % 2 == 1)
          cells[size_t(y * side + x)] = 1;
        if ((x + y) % 2 == 1 && y < side - 1)
          walls.push_back(y * side + x);
      }
    draws.shuffle(walls);
    std::array<int, side * side> parents;
    std::iota(parents.begin(), parents.end(), 0);
    std::function<int(int)> root = [&](int room) {
      return parents[size_t(room)] == room ? room : root(parents[size_t(room)]);
    };
    for (int wall : walls) {
      int apart = wall % side % 2 == 0 ? 1 : side;
      int one = root(wall - apart), other = root(wall + apart);
      if (one != other) {
        parents[size_t(one)] = other;
        cells[size_t(wall)] = 1;
      }
    }
    for (int room = 0; room < side * side; ++room)
      if (room % side % 2 == 1 && room / side % 2 == 1)
        openDeadEnd(room);
  }

  void openDeadEnd(int room) {
    std::vector<int> closed;
    int open = 0;
    for (int i = 0; i < 4; ++i) {
      int x = room % side + stepX[i], y = room / side + stepY[i];
      bool isInner = x > 0 && y > 0 && x < side - 1 && y < side - 1;
      open += look(x, y) != 0;
      if (look(x, y) == 0 && isInner)
        closed.push_back(y * side + x);
    }
    if (open == 1)
      cells[size_t(draws.pick(closed))] = 1;
  }

  Draws draws{TaskPart::Train, 0};
  std::array<int, side * side> cells{}; ///< 0 wall, 1 free, 2 and more a target
  int at = 0, asked = 0;
};

/// An open square whose cells have other names in every episode, with a goal that is seen from
/// nearby only.
class WaterMaze : public World {
public:
  static constexpr int side = 15, count = side * side;

  const WorldFacts &facts() const override {
    static const WorldFacts facts = [] {
      WorldFacts made{{}, compass, 2, 200};
      for (int i = 0; i < count; ++i)
        made.tokens.push_back("at:" + std::to_string(i));
      made.tokens.push_back("goal:unseen");
      for (int i = 0; i < count; ++i)
        made.tokens.push_back("goal:" + std::to_string(i));
      return made;
    }();
    return facts;
  }

  void begin(TaskPart part, uint32_t episode) override {
    draws = Draws(part, episode);
    names.resize(count);
    std::iota(names.begin(), names.end(), 0);
    draws.shuffle(names);
    goal = draws.below(count);
    move();
  }

  void observe(std::span<int32_t> tokens) const override {
    bool isNear = std::abs(at % side - goal % side) <= 1 && std::abs(at / side - goal / side) <= 1;
    tokens[0] = names[size_t(at)];
    tokens[1] = count + (isNear ? 1 + names[size_t(goal)] : 0);
  }

  Outcome act(int action) override {
    int x = at % side + stepX[action], y = at / side + stepY[action];
    at = std::clamp(y, 0, side - 1) * side + std::clamp(x, 0, side - 1);
    if (at != goal)
      return {};
    move();
    return {1, false};
  }

private:
  /// To any cell but the goal's.
  void move() { at = (goal + 1 + draws.below(count - 1)) % count; }

  Draws draws{TaskPart::Train, 0};
  std::vector<int> names;
  int at = 0, goal = 0;
};

template <typename T> std::unique_ptr<World> make() { return std::make_unique<T>(); }

struct Entry {
  const char *name;
  std::unique_ptr<World> (*make)();
};
constexpr Entry worlds[] = {
    {"corridor", make<Corridor>}, {"maze", make<Maze>}, {"water-maze", make<WaterMaze>}};

} // namespace

std::vector<std::string> models::listWorlds() {
  std::vector<std::string> names;
  for (const Entry &entry : worlds)
    names.emplace_back(entry.name);
  return names;
}

bool models::isWorld(const std::string &name) {
  return std::any_of(std::begin(worlds), std::end(worlds),
                     [&](const Entry &entry) { return name == entry.name; });
}

std::unique_ptr<World> models::makeWorld(const std::string &name) {
  return std::find_if(std::begin(worlds), std::end(worlds),
                      [&](const Entry &entry) { return name == entry.name; })
      ->make();
}
