namespace AutoGpt.Sdk.Training.Tests.Optimization;

[Platform(Exclude = "Win")]
public sealed class FolderFlushTests
{
    [Test]
    public void A_folder_is_opened_and_flushed_whatever_its_name()
    {
        string folder = Directory.CreateTempSubdirectory("autogpt-flüsh-").FullName;
        Assert.That(() => FolderFlush.Run(folder), Throws.Nothing);
        Directory.Delete(folder);
        Assert.That(() => FolderFlush.Run(folder), Throws.InstanceOf<IOException>().With.Message.Contains(folder));
    }
}
