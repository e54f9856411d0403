// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The worlds, from what an agent sees alone: their tokens' names are parsed, and the rules of
// docs/spec/tasks.md followed once more.
#include "models/common/Worlds.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

using namespace weft::models;
using Names = std::vector<std::string>;

namespace {
/// A world and the names of what is seen in it.
struct Seen {
  std::unique_ptr<World> world;
  explicit Seen(const std::string &name, uint32_t episode = 0, TaskPart part = TaskPart::Train)
      : world(makeWorld(name)) {
    world->begin(part, episode);
  }
  Names look() const {
    std::vector<int32_t> tokens(size_t(world->facts().features));
    world->observe(tokens);
    Names names;
    for (int32_t token : tokens)
      names.push_back(world->facts().tokens.at(size_t(token)));
    return names;
  }
};
} // namespace

TEST(Worlds, AnEpisodeIsTheSameAlwaysAndNoOtherOne) {
  for (const std::string &name : listWorlds()) {
    EXPECT_TRUE(isWorld(name));
    std::set<Names> courses;
    for (auto [part, episode] : {std::pair(TaskPart::Train, 3u), std::pair(TaskPart::Train, 3u),
                                 std::pair(TaskPart::Train, 4u), std::pair(TaskPart::Valid, 3u)}) {
      Seen seen(name, episode, part);
      Names course;
      for (int i = 0; i < seen.world->facts().steps; ++i) {
        for (std::string &what : seen.look())
          course.push_back(std::move(what));
        seen.world->act(i * 7 % 3);
      }
      courses.insert(course);
    }
    EXPECT_EQ(courses.size(), 3u) << name;
  }
  EXPECT_FALSE(isWorld("copy"));
}

TEST(Worlds, EveryFeatureHasTokensOfItsOwn) {
  for (const std::string &name : listWorlds()) {
    Seen seen(name);
    std::map<int32_t, size_t> featureOf;
    for (uint32_t episode = 0; episode < 20; ++episode) {
      seen.world->begin(TaskPart::Train, episode);
      for (int i = 0; i < seen.world->facts().steps; ++i) {
        std::vector<int32_t> tokens(size_t(seen.world->facts().features));
        seen.world->observe(tokens);
        for (size_t j = 0; j < tokens.size(); ++j)
          EXPECT_EQ(featureOf.emplace(tokens[j], j).first->second, j) << name;
        seen.world->act((i * i + i / 3) % int(seen.world->facts().actions.size()));
      }
    }
  }
}

/// "right" of "left:right".
static std::string after(const std::string &name) { return name.substr(name.find(':') + 1); }

TEST(Worlds, TheCorridorAsksForTheColourThatWasShown) {
  Seen seen("corridor", 5);
  std::set<std::string> colours;
  int lefts = 0;
  for (int round = 0; round < 400; ++round) {
    Names start = seen.look();
    ASSERT_EQ(after(start[0]), after(start[1]));
    std::string shown = after(start[0]);
    colours.insert(shown);
    seen.world->act(1); // a door that is not there
    ASSERT_EQ(seen.look(), start);
    for (int cell = 0; cell < 11; ++cell) {
      EXPECT_EQ(seen.world->act(0).reward, 0);
      if (cell < 10) {
        ASSERT_EQ(seen.look(), (Names{"left:wall", "right:wall"})) << cell;
      }
    }
    Names doors = seen.look();
    ASSERT_NE(after(doors[0]), after(doors[1]));
    bool isLeft = after(doors[0]) == shown;
    ASSERT_TRUE(isLeft || after(doors[1]) == shown);
    lefts += isLeft;
    EXPECT_FALSE(seen.world->act(0).isChoice); // stands before the doors
    bool takesRight = round % 2 == 0;
    World::Outcome outcome = seen.world->act(takesRight == isLeft ? 1 : 2);
    EXPECT_TRUE(outcome.isChoice);
    EXPECT_EQ(outcome.reward, takesRight ? 1 : 0);
  }
  EXPECT_EQ(colours.size(), 4u);
  EXPECT_GT(lefts, 150);
  EXPECT_LT(lefts, 250);
}

namespace {
/// What was seen of a maze, cell by cell from where the agent began.
struct Map {
  std::map<std::pair<int, int>, std::string> cells;
  int x = 0, y = 0;
  std::string asked;

  /// False where something is not what it was before.
  bool read(const Names &seen) {
    bool agrees = true;
    for (int i = 0; i < 9; ++i) {
      std::pair<int, int> place(x + i % 3 - 1, y + i / 3 - 1);
      agrees &=
          cells.emplace(place, after(seen[size_t(i)])).first->second == after(seen[size_t(i)]);
    }
    asked = after(seen[9]);
    return agrees;
  }
  bool isWall(int dx, int dy) const { return cells.at({x + dx, y + dy}) == "wall"; }
};
} // namespace

TEST(Worlds, TheMazeIsConnectedWithoutDeadEndsAndPaysForTheTargetThatIsAsked) {
  constexpr int stepX[] = {0, 1, 0, -1}, stepY[] = {-1, 0, 1, 0};
  for (uint32_t episode = 0; episode < 30; ++episode) {
    Seen seen("maze", episode);
    Map map;
    ASSERT_TRUE(map.read(seen.look()));
    // A walk along the wall to the right would miss inner rooms; one at random goes everywhere.
    uint32_t state = episode + 1;
    int rewards = 0;
    for (int i = 0; i < 6000; ++i) {
      state = state * 1664525 + 1013904223;
      int action = int(state >> 30);
      bool stays = map.isWall(stepX[action], stepY[action]);
      std::string askedBefore = map.asked;
      World::Outcome outcome = seen.world->act(action);
      map.x += stays ? 0 : stepX[action];
      map.y += stays ? 0 : stepY[action];
      ASSERT_TRUE(map.read(seen.look())) << "moved as no wall would let it";
      std::string here = map.cells.at({map.x, map.y});
      bool isReached = !stays && here == "target" + askedBefore;
      EXPECT_EQ(outcome.reward, isReached ? 1 : 0);
      EXPECT_EQ(map.asked != askedBefore, isReached);
      rewards += isReached;
    }
    EXPECT_GT(rewards, 0);
    int free = 0, targets = 0;
    for (const auto &[place, what] : map.cells) {
      targets += what.starts_with("target");
      if (what == "wall")
        continue;
      ++free;
      int open = 0;
      for (int i = 0; i < 4; ++i)
        open += map.cells.at({place.first + stepX[i], place.second + stepY[i]}) != "wall";
      EXPECT_GE(open, 2) << "a dead end";
    }
    EXPECT_EQ(targets, 8);
    // 16 rooms, 15 openings that join them, and some more at what were dead ends.
    EXPECT_GE(free, 31);
    EXPECT_LE(map.cells.size(), 81u);
  }
}

TEST(Worlds, TheWaterMazeShowsItsGoalFromNearbyAndKeepsItsPlace) {
  Seen seen("water-maze", 2);
  std::set<std::string> goals, cells;
  uint32_t state = 7;
  int rewards = 0;
  std::string last;
  for (int i = 0; i < 20000; ++i) {
    state = state * 1664525 + 1013904223;
    World::Outcome outcome = seen.world->act(int(state >> 30));
    Names now = seen.look();
    cells.insert(after(now[0]));
    if (after(now[1]) != "unseen")
      goals.insert(after(now[1]));
    EXPECT_NE(now[0].substr(3), now[1].substr(5)) << "the agent is moved away from the goal";
    // The goal was in sight before it was reached.
    if (outcome.reward > 0) {
      EXPECT_NE(last, "unseen");
    }
    last = after(now[1]);
    rewards += outcome.reward > 0;
  }
  EXPECT_EQ(goals.size(), 1u);
  EXPECT_EQ(cells.size(), 224u);
  EXPECT_GT(rewards, 10);
  // Another episode gives the cells other names.
  Names before = seen.look();
  seen.world->begin(TaskPart::Train, 3);
  EXPECT_NE(seen.look(), before);
}
