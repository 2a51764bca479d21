namespace AutoGpt.Sdk.Training;

/// <summary>FNV-1a over 32-bit numbers: the same in every process, unlike <see cref="HashCode"/>. Not for secrets.</summary>
internal struct StableHash()
{
    private const ulong Prime = 0x100000001b3;

    public ulong Value { get; private set; } = 0xcbf29ce484222325;

    public void Add(int number) => Value = (Value ^ (uint)number) * Prime;

    public void Add(ReadOnlySpan<int> numbers)
    {
        foreach (int number in numbers)
        {
            Add(number);
        }
    }
}
