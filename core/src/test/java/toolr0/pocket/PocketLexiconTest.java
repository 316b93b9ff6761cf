package toolr0.pocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toolr0.base.Seed;
import toolr0.pocket.PocketTasks.Part;
import toolr0.task.ControlSpecWeights;

class PocketLexiconTest {
  private final PocketLexicon lexicon = PocketLexicon.load();

  @Test
  void domainsCarryThePublishedNames() {
    assertThat(lexicon.domains()).hasSize(12).doesNotHaveDuplicates();
    assertThat(ControlSpecWeights.PUBLISHED_DOMAINS).containsAll(lexicon.domains());
  }

  @Test
  void aNounBelongsToOneDomainAndNoWordIsBothNounAndVerbOrParameter() {
    var nouns = new ArrayList<String>();
    Set<String> others = new HashSet<>();
    for (String name : lexicon.domains()) {
      PocketLexicon.Domain domain = lexicon.domain(name);
      nouns.addAll(domain.nouns());
      others.addAll(domain.verbs());
      domain.parameters().forEach(p -> others.add(p.name()));
    }
    assertThat(nouns).doesNotHaveDuplicates().doesNotContainAnyElementsOf(others);
  }

  @Test
  void aCueStandsForOneParameterOnly() {
    var cues = new HashSet<String>();
    var seen = new HashSet<String>();
    for (String name : lexicon.domains()) {
      for (PocketLexicon.Word word : lexicon.domain(name).parameters()) {
        if (seen.add(word.name()) && word.cue().isPresent()) {
          assertThat(cues.add(word.cue().get())).as(word.name()).isTrue();
        }
      }
    }
  }

  @Test
  void everyWordOfAReservedToolNameIsAlsoInNamesThatTheCorpusUses() {
    for (String name : lexicon.domains()) {
      var verbs = new HashSet<String>();
      var nouns = new HashSet<String>();
      for (String tool : new PocketTasks(lexicon, Part.CORPUS).toolNames(name)) {
        verbs.add(tool.substring(0, tool.indexOf('_')));
        nouns.add(tool.substring(tool.indexOf('_') + 1));
      }
      List<String> reserved = new PocketTasks(lexicon, Part.BENCHMARK).toolNames(name);
      assertThat(reserved).as(name).hasSizeGreaterThanOrEqualTo(10);
      for (String tool : reserved) {
        assertThat(verbs).contains(tool.substring(0, tool.indexOf('_')));
        assertThat(nouns).contains(tool.substring(tool.indexOf('_') + 1));
      }
    }
  }

  @Test
  void parameterSetsAreReservedWhateverTheirOrder() {
    int reserved = 0;
    int all = 0;
    for (String name : lexicon.domains()) {
      List<String> own =
          lexicon.domain(name).parameters().stream().map(PocketLexicon.Word::name).toList();
      for (String a : own) {
        for (String b : own) {
          if (!a.equals(b)) {
            all++;
            reserved += lexicon.reservedParameters(List.of(a, b)) ? 1 : 0;
            assertThat(lexicon.reservedParameters(List.of(a, b)))
                .isEqualTo(lexicon.reservedParameters(List.of(b, a)));
          }
        }
      }
    }
    assertThat((double) reserved / all).isBetween(0.08, 0.4);
  }

  @ParameterizedTest
  @EnumSource(ValueKind.class)
  void valuesOfBothPartsAreOneWordAndMany(ValueKind kind) {
    Dice dice = new Dice(new Seed(1));
    for (boolean reserved : new boolean[] {false, true}) {
      var values = new HashSet<String>();
      for (int i = 0; i < 300; i++) {
        String value = lexicon.value(dice, kind, reserved);
        assertThat(value).matches("[A-Za-z0-9]([A-Za-z0-9:.-]*[A-Za-z0-9])?");
        assertThat(lexicon.reservedValue(value)).isEqualTo(reserved);
        values.add(value);
      }
      assertThat(values).hasSizeGreaterThan(80);
    }
  }

  @Test
  void anUnknownDomainIsRefusedWithTheNamesOfThoseThereAre() {
    assertThatThrownBy(() -> lexicon.domain("cooking"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cooking")
        .hasMessageContaining("travel");
  }
}
