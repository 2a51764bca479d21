namespace AutoGpt.Sdk.Training;

/// <summary>Numbers in sets that are joined (Galler and Fischer 1964). A set is known by its smallest number.</summary>
internal sealed class DisjointSets
{
    private readonly List<int> _parents = [];

    public int Count => _parents.Count;

    public void Add() => _parents.Add(_parents.Count);

    public int Find(int item)
    {
        while (_parents[item] != item)
        {
            // Halves the path for those who come after.
            item = _parents[item] = _parents[_parents[item]];
        }

        return item;
    }

    public void Join(int first, int second)
    {
        (first, second) = (Find(first), Find(second));
        _parents[Math.Max(first, second)] = Math.Min(first, second);
    }
}
