using System.Runtime.Versioning;
using System.Text;
using HandyBackup.Sources.Files.Linux;
using HandyBackup.Sources.Files.Linux.Native;
using HandyBackup.Sources.Files.Linux.Restore;

namespace HandyBackup.Sources.Files.Tests.Restore;

/// <summary>Files on file systems that cannot have files without names. None of those at hand is such, so the file is asked to be so directly.</summary>
[SupportedOSPlatform("linux")]
public sealed class TemporaryNameTests
{
    private const int TimeLimit = 30_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task File_appears_complete_and_leaves_nothing_if_it_is_given_up()
    {
        using TestTree tree = TestTree.Create("mkdir out; echo old > out/a");
        int descriptor = FileDescriptor.Open(AtFlags.WorkingFolder, Encoding.UTF8.GetBytes(tree.Combine("out\0")), OpenFlags.ReadOnly);
        using var folders = new DirectoryHandles(descriptor, (_, _) => throw new InvalidOperationException());
        await using (LinuxRestoreFile file = Begin(folders))
        {
            await file.WriteAsync(0, "given up"u8.ToArray(), Token);
            Assert.Equal("2\n", tree.Run("ls -A out | wc -l"));
        }

        Assert.Equal("old\n1\n", tree.Run("cat out/a; ls -A out | wc -l"));
        await using (LinuxRestoreFile file = Begin(folders))
        {
            await file.WriteAsync(0, "new\n"u8.ToArray(), Token);
            Assert.Empty(await file.CompleteAsync(SourceItemDetails.None, Token));
        }

        Assert.Equal("new\n1\n644\n", tree.Run("cat out/a; ls -A out | wc -l; stat -c %a out/a"));
    }

    private static LinuxRestoreFile Begin(DirectoryHandles folders)
    {
        var item = new SourceItem { Name = "a"u8.ToArray(), Kind = SourceItemKind.File, Mode = 0x1A4 };
        return LinuxRestoreFile.CreateNamed(folders.Get(null), item, new MetadataWriter());
    }
}
