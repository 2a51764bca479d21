using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using TrainMini.Goals;

namespace TrainMini;

/// <summary>Trains the tokenizer: the skeleton of plans as atomic strings, words by byte-pair encoding on composed goals.</summary>
internal static class MiniTokenizer
{
    public const int VocabularySize = 4096;

    /// <summary>What plans are made of besides what they copy: the longest strings that recur, so that a step takes a few tokens.</summary>
    public static IReadOnlyList<string> AtomicStrings(IEnumerable<Family> families)
    {
        SortedSet<string> atoms = new(StringComparer.Ordinal)
        {
            "{\"steps\":[{\"tool\":\"", "\"}},{\"tool\":\"", "}},{\"tool\":\"", "\"]}},{\"tool\":\"", "\"}}]}", "}}]}", "\"]}}]}", "\",\"", "\"],\"", ",\"",
            "{\"steps\":[]}",
            "finish\",\"arguments\":{\"", "answer\":\"", "answer\":[\"", "texts\":[\"",
        };
        foreach (StepTemplate step in families.SelectMany(family => family.Steps))
        {
            atoms.Add(step.Tool + "\",\"arguments\":{\"");
            foreach ((string key, string value) in step.Arguments)
            {
                atoms.Add(key + (value.StartsWith('[') ? "\":[\"" : key is "lines" or "sentences" or "limit" ? "\":" : key == "exclude" ? "\":true" : "\":\""));
            }
        }

        for (int step = 1; step <= 8; step++)
        {
            atoms.Add($"${step}");
        }

        return [.. atoms];
    }

    public static BytePairTokenizer Train(IEnumerable<Family> families, GoalComposer composer, int goals) => BytePairTrainer.Train(
        Enumerable.Range(0, goals).SelectMany(seed =>
        {
            Example example = composer.Compose(-1 - seed);
            return (string[])[example.Goal, example.Plan];
        }),
        new BytePairTrainingOptions
        {
            VocabularySize = VocabularySize,
            PreTokenization = PreTokenization.Words,
            AtomicStrings = AtomicStrings(families),
            ControlTokens = MiniPrompt.ControlTokens,
        });
}
