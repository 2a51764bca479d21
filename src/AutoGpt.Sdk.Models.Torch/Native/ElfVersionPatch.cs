namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// Makes a symbol version that an ELF library asks of another one optional (System V ABI; "Symbol Versioning", Linux Standard Base 5.0): the version
/// request becomes weak, and so do the symbols bound to it, which then resolve to null where the version is absent.
/// </summary>
internal static class ElfVersionPatch
{
    private const uint DynamicSymbols = 11;
    private const uint VersionNeeds = 0x6fff_fffe;
    private const uint SymbolVersions = 0x6fff_ffff;
    private const ushort WeakVersion = 2;
    private const byte WeakBinding = 2;
    private const int SymbolSize = 24;

    // libstdc++ 13 emits this reference wherever <iostream> is included, so that a program demands a runtime that initialises the streams
    // itself. Nothing ever calls it. Any other symbol is real code, and a library without it would crash later instead of failing now.
    private const string Marker = "_ZSt21ios_base_library_initv";

    /// <summary>Patches an image in place.</summary>
    /// <param name="image">A 64-bit little-endian ELF file.</param>
    /// <param name="version">The version to make optional, for instance <c>GLIBCXX_3.4.32</c>.</param>
    /// <exception cref="InvalidDataException">The image is damaged or of another kind, does not ask for the version, or needs it for more than a marker.</exception>
    public static void MakeOptional(byte[] image, string version)
    {
        var elf = new ElfImage(image);
        HashSet<int> indices = WeakenVersion(elf, version);
        if (indices.Count == 0)
        {
            throw new InvalidDataException($"it does not ask for {version}.");
        }

        WeakenSymbols(elf, indices, version);
    }

    private static HashSet<int> WeakenVersion(ElfImage elf, string version)
    {
        var indices = new HashSet<int>();
        ElfSection needs = elf.Section(VersionNeeds);
        ElfSection strings = elf.Section(needs.Link);
        long need = needs.Offset;
        for (uint i = 0; i < needs.Info; i++)
        {
            long entry = need + elf.UInt32(need + 8);
            for (int j = 0; j < elf.UInt16(need + 2); j++)
            {
                if (elf.Text(strings, elf.UInt32(entry + 8)) == version)
                {
                    elf.Set(entry + 4, (ushort)(elf.UInt16(entry + 4) | WeakVersion));
                    indices.Add(elf.UInt16(entry + 6) & 0x7fff);
                }

                entry += elf.UInt32(entry + 12);
            }

            need += elf.UInt32(need + 12);
        }

        return indices;
    }

    private static void WeakenSymbols(ElfImage elf, HashSet<int> indices, string version)
    {
        ElfSection symbols = elf.Section(DynamicSymbols);
        ElfSection strings = elf.Section(symbols.Link);
        ElfSection versions = elf.Section(SymbolVersions);
        for (long i = 0; i < symbols.Size / SymbolSize; i++)
        {
            if (!indices.Contains(elf.UInt16(versions.Offset + (i * 2)) & 0x7fff))
            {
                continue;
            }

            long symbol = symbols.Offset + (i * SymbolSize);
            string name = elf.Text(strings, elf.UInt32(symbol));
            if (name != Marker)
            {
                throw new InvalidDataException($"it really uses {version}, for the symbol {name}; leaving that out would crash later.");
            }

            elf.Set(symbol + 4, (byte)((WeakBinding << 4) | (elf.Byte(symbol + 4) & 0xf)));
        }
    }
}
