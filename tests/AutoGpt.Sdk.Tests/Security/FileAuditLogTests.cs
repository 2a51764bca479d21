using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace AutoGpt.Sdk.Tests;

public sealed class FileAuditLogTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("audit").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_record_is_signed_with_the_one_before_it()
    {
        await WriteAsync(3);

        // The oracle: the signatures computed from the documented format alone.
        byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Key, 32, [], Encoding.ASCII.GetBytes("AutoGpt.Sdk audit records"));
        byte[] previous = new byte[32];
        string[] lines = File.ReadAllLines(LogPath);
        Assert.That(lines, Has.Length.EqualTo(3));
        foreach ((int index, string line) in lines.Index())
        {
            JsonObject record = JsonNode.Parse(line[65..])!.AsObject();
            Assert.That(record["sequence"]!.GetValue<long>(), Is.EqualTo(index + 1));
            Assert.That(record["previous"]!.GetValue<string>(), Is.EqualTo(Convert.ToHexStringLower(previous)));
            previous = HMACSHA256.HashData(key, previous.Concat(Encoding.UTF8.GetBytes(line[65..])).ToArray());
            Assert.That(line[..64], Is.EqualTo(Convert.ToHexStringLower(previous)));
        }

        Assert.That(File.ReadAllText(HeadPath), Does.StartWith($"3 {Convert.ToHexStringLower(previous)} "));
        Assert.That(Verify(), Is.EqualTo(new AuditVerification(AuditFault.None, 3, "The log is as it was written.")));
    }

    [Test]
    public async Task Arguments_are_kept_as_a_hash_unless_told_otherwise()
    {
        using (FileAuditLog log = FileAuditLog.Open(Options()))
        {
            await log.AppendAsync(Decision("""{"secret":"hunter2","n":1}"""));
            await log.AppendAsync(Decision("""{"n":1,"secret":"hunter2"}"""));
            await log.AppendAsync(Decision("""{"n":2,"secret":"hunter2"}"""));
        }

        string[] hashes = [.. File.ReadAllLines(LogPath).Select(line => JsonNode.Parse(line[65..])!["entry"]!["argumentsHash"]!.GetValue<string>())];
        Assert.That(File.ReadAllText(LogPath), Does.Not.Contain("hunter2"));
        Assert.That((hashes[0] == hashes[1], hashes[0] == hashes[2]), Is.EqualTo((true, false)));
        using (FileAuditLog log = FileAuditLog.Open(Options(includeArguments: true)))
        {
            await log.AppendAsync(Decision("""{"secret":"hunter2"}"""));
        }

        Assert.That(File.ReadLines(LogPath).Last(), Does.Contain("hunter2").And.Contain("argumentsHash"));
        Assert.That(Verify().Records, Is.EqualTo(4));
    }

    [Test]
    public async Task A_log_goes_on_where_it_ended()
    {
        await WriteAsync(2);
        await WriteAsync(3);
        Assert.That(Verify(), Has.Property("IsIntact").True.And.Property("Records").EqualTo(5));
    }

    [Test]
    public async Task It_has_one_writer_at_a_time()
    {
        using FileAuditLog log = FileAuditLog.Open(Options());
        Assert.That(() => FileAuditLog.Open(Options()), Throws.InstanceOf<AutoGptException>().With.Message.Contains("another process writes"));
        long[] numbers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => log.AppendAsync(Decision("{}")).AsTask())));
        Assert.That(numbers, Is.EquivalentTo(Enumerable.Range(1, 20)));
        Assert.That(Verify(), Has.Property("IsIntact").True.And.Property("Records").EqualTo(20), "read while it is open");
        log.Dispose();
        Assert.That(async () => await log.AppendAsync(Decision("{}")), Throws.InstanceOf<ObjectDisposedException>());
        FileAuditLog.Open(Options()).Dispose();
    }

    [Test]
    public async Task After_a_failure_nothing_is_appended_until_it_is_opened_again()
    {
        using (FileAuditLog log = FileAuditLog.Open(Options()))
        {
            await log.AppendAsync(Decision("{}"));
            Directory.CreateDirectory(HeadPath + ".tmp"); // The head cannot be written.
            Assert.That(async () => await log.AppendAsync(Decision("{}")), Throws.InstanceOf<AutoGptException>());
            Directory.Delete(HeadPath + ".tmp");
            Assert.That(async () => await log.AppendAsync(Decision("{}")), Throws.InstanceOf<AutoGptException>().With.Message.Contains("Open it again"));
        }

        Assert.That(Verify(), Has.Property("Fault").EqualTo(AuditFault.HeadBehind).And.Property("Record").EqualTo(2));
        await WriteAsync(1);
        Assert.That(Verify(), Has.Property("IsIntact").True.And.Property("Records").EqualTo(4));
        Assert.That(File.ReadLines(LogPath).ElementAt(2), Does.Contain("logRepaired"));
    }

    /// <summary>Wherever a process ends while it writes a record: every length of the last line, with the head of before.</summary>
    [Test]
    public async Task A_torn_record_is_told_and_mended_and_nothing_else()
    {
        await WriteAsync(2);
        byte[] head = File.ReadAllBytes(HeadPath);
        long whole = new FileInfo(LogPath).Length;
        await WriteAsync(1);
        byte[] log = File.ReadAllBytes(LogPath);
        for (int length = (int)whole; length <= log.Length; length++)
        {
            File.WriteAllBytes(LogPath, log[..length]);
            File.WriteAllBytes(HeadPath, head);
            AuditVerification before = Verify();
            Assert.That(before.Fault, Is.EqualTo(length == whole ? AuditFault.None : length == log.Length ? AuditFault.HeadBehind : AuditFault.TornTail), $"{length}");
            using (FileAuditLog.Open(Options()))
            {
            }

            byte[] mended = File.ReadAllBytes(LogPath);
            Assert.That(mended.AsSpan().StartsWith(log.AsSpan(0, length == log.Length ? length : (int)whole)), Is.True, "what was whole is as it was");
            Assert.That(Verify(), Has.Property("IsIntact").True.And.Property("Records").EqualTo(length == whole ? 2 : length == log.Length ? 4 : 3));
            if (length > whole && length < log.Length)
            {
                JsonNode entry = JsonNode.Parse(File.ReadLines(LogPath).Last()[65..])!["entry"]!;
                Assert.That(Convert.FromBase64String(entry["dropped"]!.GetValue<string>()), Is.EqualTo(log[(int)whole..length]));
            }
        }
    }

    [Test]
    public async Task What_was_tampered_with_is_not_mended()
    {
        await WriteAsync(3);
        byte[] log = File.ReadAllBytes(LogPath);
        File.WriteAllBytes(LogPath, log[..^40]);
        Assert.That(() => FileAuditLog.Open(Options()), Throws.InstanceOf<AutoGptException>().With.Message.Contains("ends before record 3"));
        Assert.That(File.ReadAllBytes(LogPath), Is.EqualTo(log[..^40]));
        File.WriteAllBytes(LogPath, log);
        FileAuditLog.Open(Options()).Dispose(); // The refusal left no lock.
    }

    [Test]
    public void The_first_record_may_be_torn_too()
    {
        FileAuditLog.Open(Options()).Dispose();
        File.WriteAllText(LogPath, "0123");
        FileAuditLog.Open(Options()).Dispose();
        Assert.That(Verify(), Has.Property("IsIntact").True.And.Property("Records").EqualTo(1));
    }

    [Test]
    public void Options_that_cannot_be_are_refused()
    {
        Assert.That(() => FileAuditLog.Open(new FileAuditLogOptions { Path = LogPath, HeadPath = HeadPath, Key = new byte[31] }), Throws.ArgumentException.With.Message.Contains("32"));
        Assert.That(() => FileAuditLog.Open(new FileAuditLogOptions { Path = LogPath, HeadPath = LogPath, Key = Key }), Throws.ArgumentException);
        Assert.That(() => FileAuditLog.Open(new FileAuditLogOptions { Path = Path.Combine(_folder, "no", "log"), HeadPath = HeadPath, Key = Key }), Throws.InstanceOf<AutoGptException>());
    }

    /// <summary>
    /// The corpus: what somebody who writes to the log, but has no key, can do to it. Each must be seen, and named for what it is; the control is the log as it was.
    /// </summary>
    [Test]
    public async Task Nothing_that_is_done_to_a_log_goes_unseen()
    {
        const int records = 6;
        await WriteAsync(records, includeArguments: true);
        byte[] log = File.ReadAllBytes(LogPath);
        byte[] head = File.ReadAllBytes(HeadPath);
        byte[][] lines = [.. Split(log)];
        string other = Path.Combine(_folder, "other");
        await WriteAsync(records, path: other);
        byte[][] foreign = [.. Split(File.ReadAllBytes(other))]; // Another log under the same key.
        int tried = 0;
        List<string> unseen = [];
        Dictionary<AuditFault, int> faults = [];

        for (int at = 0; at < log.Length; at++)
        {
            foreach (byte value in (byte[])[(byte)(log[at] ^ 1), (byte)(log[at] ^ 0x20), (byte)'\n'])
            {
                if (value != log[at])
                {
                    byte[] changed = [.. log];
                    changed[at] = value;
                    Try(changed, head, $"byte {at} to {value}", record: at == log.Length - 1 ? records : LineOf(at));
                }
            }

            Try([.. log[..at], .. log[(at + 1)..]], head, $"byte {at} removed", record: at == log.Length - 1 ? records : LineOf(at));
            Try([.. log[..at], (byte)'0', .. log[at..]], head, $"byte {at} inserted", record: null);
            Try(log[..at], head, $"cut to {at} bytes", record: LineOf(at), AuditFault.CutTail);
        }

        for (int one = 0; one < records; one++)
        {
            Try(Join([.. lines[..one], .. lines[(one + 1)..]]), head, $"{one + 1} removed", one + 1, one == records - 1 ? AuditFault.CutTail : AuditFault.Removed);
            Try(Join([.. lines[..one], lines[one], .. lines[one..]]), head, $"{one + 1} twice", one + 1, AuditFault.Duplicated);
            Try(Join([.. lines[..one], Encoding.UTF8.GetBytes("\n"), .. lines[one..]]), head, $"a blank line before {one + 1}", one + 1, AuditFault.Inserted);
            Try(Join([.. lines[..one], foreign[one], .. lines[(one + 1)..]]), head, $"{one + 1} of another log", one == 0 ? 2 : one + 1, AuditFault.Inserted); // The first follows nothing that could tell.
            Try(Join([.. lines[..one], foreign[one], .. lines[one..]]), head, $"{one + 1} of another log inserted", one == 0 ? 1 : one + 1, one == 0 ? AuditFault.Duplicated : AuditFault.Inserted);
            for (int two = one + 1; two < records; two++)
            {
                byte[][] swapped = [.. lines];
                (swapped[one], swapped[two]) = (swapped[two], swapped[one]);
                Try(Join(swapped), head, $"{one + 1} and {two + 1} swapped", one + 1, AuditFault.Swapped);
                Try(Join([.. lines[..one], .. lines[(two + 1)..]]), head, $"{one + 1} to {two + 1} removed", one + 1, two == records - 1 ? AuditFault.CutTail : AuditFault.Removed);
            }
        }

        for (int at = 0; at < head.Length; at++)
        {
            byte[] changed = [.. head];
            changed[at] ^= 1;
            Try(log, changed, $"byte {at} of the head", null, AuditFault.HeadChanged);
            Try(log, head[..at], $"head cut to {at} bytes", null, AuditFault.HeadChanged);
        }

        Try(log, null, "no head", null, AuditFault.HeadMissing);
        Try(null, head, "no log", 1, AuditFault.CutTail);
        Try([], head, "an empty log", 1, AuditFault.CutTail);
        Try(Join(foreign), head, "the whole of another log", null);
        Try([.. log, .. "rubbish"u8], head, "rubbish at the end", records + 1, AuditFault.TornTail);
        Try([.. log, .. "rubbish\n"u8], head, "a line of rubbish at the end", records + 1, AuditFault.Changed);
        Try(log, File.ReadAllBytes(other + ".head"), "the head of another log", null);

        TestContext.Out.WriteLine($"{tried:N0} ways to tamper, {unseen.Count} undetected; {string.Join(", ", faults.OrderByDescending(fault => fault.Value).Select(fault => $"{fault.Key} {fault.Value:N0}"))}");
        Assert.That(unseen, Is.Empty);
        Assert.That(tried, Is.GreaterThan(8_000));
        File.WriteAllBytes(LogPath, log);
        File.WriteAllBytes(HeadPath, head);
        Assert.That(Verify().IsIntact, Is.True);

        int LineOf(int at) => 1 + log.AsSpan(0, at).Count((byte)'\n');

        void Try(byte[]? newLog, byte[]? newHead, string what, long? record, AuditFault? fault = null)
        {
            tried++;
            Put(LogPath, newLog);
            Put(HeadPath, newHead);
            AuditVerification found = Verify();
            faults[found.Fault] = faults.GetValueOrDefault(found.Fault) + 1;
            if (found.IsIntact)
            {
                unseen.Add(what);
            }

            Assert.That((record ?? found.Record, fault ?? found.Fault), Is.EqualTo((found.Record, found.Fault)), $"{what}: {found.Message}");
        }
    }

    [Test]
    public async Task Another_key_is_told()
    {
        await WriteAsync(3);
        FileAuditLogOptions other = new() { Path = LogPath, HeadPath = HeadPath, Key = new byte[32] };
        Assert.That(FileAuditLog.Verify(other).Fault, Is.EqualTo(AuditFault.OtherKey));
        Assert.That(() => FileAuditLog.Open(other), Throws.InstanceOf<AutoGptException>().With.Message.Contains("this key"));
    }

    [Test]
    public async Task A_head_older_than_the_log_by_more_than_a_crash_can_leave_is_not_mended()
    {
        await WriteAsync(1);
        byte[] head = File.ReadAllBytes(HeadPath);
        await WriteAsync(2);
        File.WriteAllBytes(HeadPath, head);
        Assert.That(Verify(), Has.Property("Fault").EqualTo(AuditFault.HeadBehind).And.Property("Record").EqualTo(2));
        Assert.That(() => FileAuditLog.Open(Options()), Throws.InstanceOf<AutoGptException>().With.Message.Contains("knows of 1 records"));
    }

    [Test]
    public void There_may_be_no_log() => Assert.That(Verify().Fault, Is.EqualTo(AuditFault.Missing));

    private string LogPath => Path.Combine(_folder, "audit.log");

    private string HeadPath => LogPath + ".head";

    private FileAuditLogOptions Options(bool includeArguments = false, string? path = null) => new()
    {
        Path = path ?? LogPath, HeadPath = (path ?? LogPath) + ".head", Key = Key, IncludeArguments = includeArguments, TimeProvider = new FakeTimeProvider(),
    };

    private AuditVerification Verify() => FileAuditLog.Verify(Options());

    private async Task WriteAsync(int records, bool includeArguments = false, string? path = null)
    {
        using FileAuditLog log = FileAuditLog.Open(Options(includeArguments, path));
        for (int index = 0; index < records; index++)
        {
            await log.AppendAsync(index % 2 == 0 ? Decision($$"""{"text":"{{path}}é\n{{index}}"}""") : new ActionEnded(index, StepStatus.Succeeded));
        }
    }

    private static ActionDecided Decision(string arguments) => new("run", 1, "tool", true) { Reason = "so", Arguments = JsonNode.Parse(arguments)!.AsObject() };

    private static void Put(string path, byte[]? content)
    {
        if (content is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllBytes(path, content);
        }
    }

    private static IEnumerable<byte[]> Split(byte[] log)
    {
        for (int start = 0, end; start < log.Length; start = end)
        {
            end = Array.IndexOf(log, (byte)'\n', start) + 1;
            yield return log[start..end];
        }
    }

    private static byte[] Join(byte[][] lines) => [.. lines.SelectMany(line => line)];
}
