using System.Runtime.Versioning;
using System.Text;
using HandyBackup.Sources.Files.Linux.Restore;

namespace HandyBackup.Sources.Files.Tests.Restore;

/// <summary>What a restore that was stopped or killed leaves, and what the next one makes of it.</summary>
[SupportedOSPlatform("linux")]
public sealed class ResumedRestoreTests
{
    private const int TimeLimit = 60_000;
    private const int Block = BlockRestore.BlockSize;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TimeLimit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Large_file_goes_on_where_a_stopped_restore_ended(bool exists)
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = BlockRestore.Noise(1, (20 * Block) + 99);
        if (exists)
        {
            await File.WriteAllBytesAsync(tree.Combine("out/a"), [.. new byte[15 * Block], .. wanted[(15 * Block)..]], Token);
        }

        string before = exists ? tree.Run("sha256sum < out/a") : "";
        await using (var stopped = new BlockRestore(tree.Combine("out")) { StopsAfter = 8, IsSuspended = true })
        {
            await stopped.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);
            Assert.Equal(8, stopped.Written);
        }

        Assert.Equal(exists, File.Exists(tree.Combine("out/a")));
        Assert.Equal(before, exists ? tree.Run("sha256sum < out/a") : "");
        await using var second = new BlockRestore(tree.Combine("out"));
        await second.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        Assert.Equal(exists ? 7 : 13, second.Written);
        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal("a\n", tree.Run("ls -A out"));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(20, false)]
    [InlineData(3, true)]
    public async Task Nothing_is_left_of_a_file_that_failed_or_is_small(int blocks, bool isSuspended)
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = BlockRestore.Noise(1, blocks * Block);
        await using var stopped = new BlockRestore(tree.Combine("out")) { StopsAfter = 2, IsSuspended = isSuspended };
        await stopped.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);
        Assert.Equal("", tree.Run("ls -A out"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Other_content_of_an_earlier_restore_is_overwritten()
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = BlockRestore.Noise(1, 10 * Block);
        wanted.AsSpan(2 * Block, Block).Clear();
        await using (var stopped = new BlockRestore(tree.Combine("out")) { StopsAfter = 14, IsSuspended = true })
        {
            await stopped.RestoreAsync(BlockRestore.Item("a", 15 * Block), BlockRestore.Noise(2, 15 * Block));
        }

        await using var second = new BlockRestore(tree.Combine("out"));
        await second.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        Assert.Equal(10, second.Written);
        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Update_in_place_that_was_killed_is_finished(int blocksUpdated)
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = BlockRestore.Noise(1, 10 * Block);
        byte[] aside = [.. wanted];
        for (int i = blocksUpdated; i < 3; i++)
        {
            aside[i * Block] ^= 1;
        }

        // As it is in the middle of the update: no file has the name, the old one has another, and what it needs lies beside it.
        string Name(Func<ReadOnlySpan<byte>, byte[]> make) => Encoding.ASCII.GetString(make("a\0"u8).AsSpan()[..^1]);
        await File.WriteAllBytesAsync(tree.Combine($"out/{Name(TemporaryName.ForAside)}"), aside, Token);
        await File.WriteAllBytesAsync(tree.Combine($"out/{Name(TemporaryName.ForPart)}"), wanted[..(3 * Block)], Token);
        tree.Run("chmod 600 out/.handybackup-*");

        await using var second = new BlockRestore(tree.Combine("out"));
        await second.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        Assert.Equal(0, second.Written);
        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal("a\n1600000000 644\n", tree.Run("ls -A out; stat -c '%Y %a' out/a"));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("chmod 644 PART")]
    [InlineData("chown 12345 PART")]
    [InlineData("ln PART other")]
    [InlineData("mv PART other; ln -s ../other PART")]
    [InlineData("rm PART; mkfifo -m 600 PART")]
    [InlineData("rm PART; mkdir PART")]
    public async Task What_somebody_else_may_have_planted_is_not_used(string script)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Giving files away needs root.");
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = BlockRestore.Noise(1, 10 * Block);
        string part = Encoding.ASCII.GetString(TemporaryName.ForPart("a\0"u8)[..^1]);
        tree.Run($"cd out; head -c 20 /dev/zero > {part}; chmod 600 {part}; {script.Replace("PART", part, StringComparison.Ordinal)}");

        await using var restore = new BlockRestore(tree.Combine("out"));
        await restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        Assert.Equal(10, restore.Written);
        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal("1\n", tree.Run($"stat -c %h out/a; cd out; [ ! -e other ] || [ $(stat -c %s other) = 20 ]"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Two_restores_of_one_file_do_not_write_to_the_same()
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = BlockRestore.Noise(1, 10 * Block);
        await using var second = new BlockRestore(tree.Combine("out"));
        await using var first = new BlockRestore(tree.Combine("out"))
        {
            BeforeCompletion = () =>
            {
                UnprivilegedThread.Now(second.RestoreAsync(BlockRestore.Item("a", 9 * Block), BlockRestore.Noise(2, 9 * Block)));
                UnprivilegedThread.Now(UnprivilegedThread.Now(second.TargetAsync()).RemoveLeftoversAsync(null, Token));
            },
        };

        await first.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        Assert.Equal(9, second.Written);
        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal("a\n", tree.Run("ls -A out"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Leftovers_go_and_what_only_looks_like_them_stays()
    {
        using TestTree tree = TestTree.Create("""
            mkdir out; cd out; umask 077
            touch .handybackup-part-0123456789abcdef01234567 .handybackup-0123456789abcdef01234567
            touch .handybackup-base-0123456789abcdef01234567 .handybackup-part-0123456789abcdef0123456 .handybackup .handybackup-x keep
            ln -s keep .handybackup-part-0123456789abcdef0123456a; mkdir .handybackup-part-0123456789abcdef0123456b
            touch .handybackup-part-0123456789abcdef0123456c; chmod 644 .handybackup-part-0123456789abcdef0123456c
            """);
        string before = tree.Run("ls -A out");
        await using var restore = new BlockRestore(tree.Combine("out"));
        await (await restore.TargetAsync()).RemoveLeftoversAsync(null, Token);
        string gone = before.Replace(".handybackup-part-0123456789abcdef01234567\n", "", StringComparison.Ordinal).Replace(".handybackup-0123456789abcdef01234567\n", "", StringComparison.Ordinal);
        Assert.Equal(gone, tree.Run("ls -A out"));
        Assert.Equal(before.Length, gone.Length + 43 + 38);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Lack_of_space_is_told_before_anything_is_written()
    {
        using TestTree tree = TestTree.Create();
        tree.MountOrSkip("out", "-t tmpfs -o size=4m tmpfs");
        await using var restore = new BlockRestore(tree.Combine("out"));
        IRestoreTarget target = await restore.TargetAsync();

        SourceException exception = await Assert.ThrowsAsync<SourceException>(async () => await target.CreateFileAsync(BlockRestore.Item("a", 10 * Block), RestoreFileOptions.None, Token));

        Assert.Equal((SourceError.DestinationFull, "No space left on device"), (exception.Error, exception.Message));
        Assert.NotNull(exception.Advice);
        Assert.Equal("", tree.Run("ls -A out"));

        // One that is mostly holes may fit.
        await using IRestoreFile sparse = await target.CreateFileAsync(BlockRestore.Item("b", 10 * Block), new RestoreFileOptions { HasEqualParts = true }, Token);
        await sparse.WriteAsync(5 * Block, "end"u8.ToArray(), Token);
        await sparse.CompleteAsync(SourceItemDetails.None, Token);
        Assert.Equal($"{10 * Block}\n", tree.Run("stat -c %s out/b"));
    }
}
