namespace AutoGpt.Sdk.Training;

/// <summary>Numbers words, from 0 in the order they come, so that equal words are equal numbers.</summary>
internal sealed class WordNumbers
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    public int[] Of(IReadOnlyList<string> words)
    {
        int[] numbers = new int[words.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!_numbers.TryGetValue(words[i], out numbers[i]))
            {
                _numbers.Add(words[i], numbers[i] = _numbers.Count);
            }
        }

        return numbers;
    }
}
