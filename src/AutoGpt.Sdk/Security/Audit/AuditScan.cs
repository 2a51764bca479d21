namespace AutoGpt.Sdk;

/// <summary>Reads a log and its head from the beginning, and finds what is wrong first.</summary>
internal sealed class AuditScan
{
    private readonly AuditSigner _signer;
    private readonly FileAuditLogOptions _options;

    private AuditScan(AuditSigner signer, FileAuditLogOptions options) => (_signer, _options) = (signer, options);

    public AuditVerification Verification { get; private set; } = new(AuditFault.None, 0, "The log is as it was written.");

    /// <summary>The number of the last record that is whole, genuine and in its place.</summary>
    public long Sequence { get; private set; }

    /// <summary>The signature of that record.</summary>
    public string Signature { get; private set; } = AuditSigner.Origin;

    /// <summary>Bytes up to the end of that record.</summary>
    public long Length { get; private set; }

    /// <summary>What follows the last line break.</summary>
    public byte[] Torn { get; private set; } = [];

    public static AuditScan Run(AuditSigner signer, FileAuditLogOptions options)
    {
        AuditScan scan = new(signer, options);
        scan.Verification = scan.Verify();
        return scan;
    }

    private AuditVerification Verify()
    {
        byte[]? head = File.Exists(_options.HeadPath) ? File.ReadAllBytes(_options.HeadPath) : null;
        bool isLog = File.Exists(_options.Path);
        if (!isLog && head is null)
        {
            return Fault(AuditFault.Missing, null, $"There is no log '{_options.Path}' and no head '{_options.HeadPath}'.");
        }

        bool genuineHead = _signer.TryReadHead(head, out long headSequence, out string headSignature);
        if (isLog && VerifyRecords(genuineHead, headSequence, headSignature) is { } fault)
        {
            return fault;
        }

        return head is null ? Fault(AuditFault.HeadMissing, null, $"The head '{_options.HeadPath}' is missing, so that nobody can tell whether the log has lost its end.")
            : !genuineHead ? Fault(AuditFault.HeadChanged, null, $"The head '{_options.HeadPath}' is not as it was written.")
            : headSequence > Sequence ? Fault(AuditFault.CutTail, Sequence + 1, $"The log ends before record {Sequence + 1}; the head knows of {headSequence} records.")
            : headSequence < Sequence ? Fault(AuditFault.HeadBehind, headSequence + 1, $"The head knows of {headSequence} records, and the log has {Sequence}.")
            : headSignature != Signature ? Fault(AuditFault.Changed, Sequence, $"Record {Sequence} is genuine, but not the one the head knows.")
            : Torn.Length > 0 ? Fault(AuditFault.TornTail, Sequence + 1, $"Record {Sequence + 1} is not finished: a process ended while it wrote. Opening the log mends it.")
            : new AuditVerification(AuditFault.None, Sequence, "The log is as it was written.");
    }

    private AuditVerification? VerifyRecords(bool genuineHead, long headSequence, string headSignature)
    {
        using FileStream file = new(_options.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using IEnumerator<(byte[] Bytes, bool IsWhole)> lines = Lines(file).GetEnumerator();
        while (lines.MoveNext())
        {
            (byte[] line, bool whole) = lines.Current;
            if (!whole)
            {
                Torn = line;
                break;
            }

            AuditRecord? record = _signer.Read(line, out string signature);
            if (record is null || record.Sequence != Sequence + 1 || record.Previous != Signature)
            {
                List<AuditRecord?> rest = [];
                while (lines.MoveNext())
                {
                    rest.Add(_signer.Read(lines.Current.Bytes, out _));
                }

                return Classify(record, rest, genuineHead);
            }

            (Sequence, Signature, Length) = (record.Sequence, signature, Length + line.Length + 1);
            if (genuineHead && Sequence == headSequence && Signature != headSignature)
            {
                return Fault(AuditFault.Changed, Sequence, $"Record {Sequence} is genuine, but not the one the head knows.");
            }
        }

        return null;
    }

    /// <summary>What happened, as far as it can be told from what else there is. That something did is certain.</summary>
    private AuditVerification Classify(AuditRecord? found, List<AuditRecord?> rest, bool genuineHead)
    {
        long expected = Sequence + 1;
        bool comesLater = rest.Exists(record => record?.Sequence == expected && record.Previous == Signature);
        if (found is null)
        {
            return Sequence == 0 && !genuineHead && rest.TrueForAll(record => record is null)
                ? Fault(AuditFault.OtherKey, 1, "Nothing in the log or its head was signed with this key.")
                : comesLater
                ? Fault(AuditFault.Inserted, expected, $"Before record {expected} stands something that was not written there.")
                : Fault(AuditFault.Changed, expected, $"Record {expected} is not as it was written.");
        }

        return found.Sequence < expected ? Fault(AuditFault.Duplicated, found.Sequence, $"Record {found.Sequence} is there again after record {Sequence}.")
            : found.Sequence == expected ? Fault(AuditFault.Inserted, expected, $"Record {expected} does not follow record {Sequence}: it is from another log.")
            : comesLater ? Fault(AuditFault.Swapped, expected, $"Record {expected} stands behind record {found.Sequence}.")
            : Fault(AuditFault.Removed, expected, $"Record {expected} is missing: after record {Sequence} comes record {found.Sequence}.");
    }

    private AuditVerification Fault(AuditFault fault, long? record, string message) => new(fault, Sequence, message) { Record = record };

    private static IEnumerable<(byte[] Bytes, bool IsWhole)> Lines(FileStream file)
    {
        using BufferedStream buffered = new(file, 64 * 1024);
        List<byte> line = [];
        for (int next = buffered.ReadByte(); next >= 0; next = buffered.ReadByte())
        {
            if (next == '\n')
            {
                yield return ([.. line], true);
                line.Clear();
            }
            else
            {
                line.Add((byte)next);
            }
        }

        if (line.Count > 0)
        {
            yield return ([.. line], false);
        }
    }
}
