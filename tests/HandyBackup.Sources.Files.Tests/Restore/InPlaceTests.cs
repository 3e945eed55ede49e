namespace HandyBackup.Sources.Files.Tests.Restore;

/// <summary>Files that exist: what is right of them stays, and nothing but the rest is written.</summary>
public sealed class InPlaceTests
{
    private const int TimeLimit = 60_000;
    private const int Block = BlockRestore.BlockSize;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Only_the_changed_blocks_of_a_file_of_64_MB_are_written()
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = await CreateChangedAsync(tree.Combine("out/a"), 64 * Block, 3, 17, 40);
        string inode = tree.Run("stat -c %i out/a");

        await using var restore = new BlockRestore(tree.Combine("out"));
        long written = await restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal("1600000000 644\n", tree.Run("stat -c '%Y %a' out/a"));
        Assert.Equal("a\n", tree.Run("ls -A out"));

        // Each of them twice: first aside, then in its place.
        Assert.Equal((3, 2L * 3 * Block), (restore.Written, written));
        if (tree.Run("stat -f -c %T out") is "tmpfs\n" or "ext2/ext3\n")
        {
            Assert.Equal(inode, tree.Run("stat -c %i out/a"));
        }
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("xfs", "320M")]
    [InlineData("btrfs", "256M")]
    public async Task File_systems_that_share_blocks_get_a_new_file_with_the_old_blocks(string type, string size)
    {
        using TestTree tree = TestTree.Create();
        string made = tree.Run($"command -v mkfs.{type} > /dev/null && truncate -s {size} img && mkfs.{type} -q img > /dev/null 2>&1 && echo made || true");
        Assert.SkipUnless(made == "made\n", $"mkfs.{type} is missing.");
        tree.MountOrSkip("out", "-o loop img");
        byte[] wanted = await CreateChangedAsync(tree.Combine("out/a"), 20 * Block, 7);
        tree.Run("cp out/a before; ln out/a out/linked");

        await using var restore = new BlockRestore(tree.Combine("out"));
        long written = await restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal((1, 2L * Block), (restore.Written, written));
        tree.Run("cmp before out/linked");
        Assert.Equal("a\nlinked\n", tree.Run("ls -A out"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task File_whose_content_is_right_gets_its_metadata_and_nothing_is_written()
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = await CreateChangedAsync(tree.Combine("out/a"), 9 * Block);
        string inode = tree.Run("chmod 600 out/a; stat -c %i out/a");

        await using var restore = new BlockRestore(tree.Combine("out"));
        Assert.Equal(0, await restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted));

        Assert.Equal($"1600000000 644 {inode}", tree.Run("stat -c '%Y %a %i' out/a"));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(12, 9)]
    [InlineData(9, 12)]
    [InlineData(3, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 0)]
    public async Task Longer_file_is_cut_and_a_shorter_one_grows(int blocksThere, int blocksWanted)
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] longest = BlockRestore.Noise(1, 12 * Block);
        byte[] wanted = blocksWanted == 0 ? [] : longest[..((blocksWanted * Block) - 777)];
        await File.WriteAllBytesAsync(tree.Combine("out/a"), longest[..(blocksThere * Block)], Token);

        await using var restore = new BlockRestore(tree.Combine("out"));
        await restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal("a\n", tree.Run("ls -A out"));
        Assert.Equal(Math.Max(0, blocksWanted - blocksThere), restore.Written);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(4)]
    [InlineData(12)]
    public async Task Other_names_of_a_file_keep_its_old_content(int blocks)
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = await CreateChangedAsync(tree.Combine("out/a"), blocks * Block, 1);
        tree.Run("chmod 640 out/a; ln out/a outside; cp out/a before");

        await using var restore = new BlockRestore(tree.Combine("out"));
        await restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal(1, restore.Written);
        Assert.Equal("640 1\n", tree.Run("cmp before outside; stat -c '%a %h' outside"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task File_with_other_names_that_is_right_in_every_respect_is_left_alone()
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = await CreateChangedAsync(tree.Combine("out/a"), 2 * Block);
        tree.Run("touch -d @1600000000.5 out/a; ln out/a out/b");

        await using var restore = new BlockRestore(tree.Combine("out"));
        Assert.Equal(0, await restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted));

        Assert.Equal("2\n", tree.Run("stat -c %h out/a"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Link_that_takes_the_place_of_the_file_is_replaced_not_followed()
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = await CreateChangedAsync(tree.Combine("victim"), 10 * Block, 1);
        tree.Run("cp victim before; ln -s ../victim out/a");
        await using var restore = new BlockRestore(tree.Combine("out"));
        IRestoreTarget target = await restore.TargetAsync();

        // As if it had been a file when it was looked at.
        SourceItem item = BlockRestore.Item("a", wanted.Length);
        await using (IRestoreFile file = await target.CreateFileAsync(item, new RestoreFileOptions { Existing = item }, Token))
        {
            Assert.False(file.HasEarlierContent);
            await file.WriteAsync(0, wanted, Token);
            await file.CompleteAsync(SourceItemDetails.None, Token);
        }

        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal("regular file\n", tree.Run("cmp before victim; stat -c %F out/a"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Folder_in_the_way_of_an_update_stays_with_its_content()
    {
        using TestTree tree = TestTree.Create("mkdir -p out");
        byte[] wanted = await CreateChangedAsync(tree.Combine("out/a"), 10 * Block, 1);
        await using var restore = new BlockRestore(tree.Combine("out")) { BeforeCompletion = () => tree.Run("rm out/a; mkdir out/a; touch out/a/x") };

        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted));

        Assert.Equal(SourceError.NotWritten, exception.Error);
        Assert.Equal("a\nx\n", tree.Run("ls -A out; ls -A out/a"));
    }

    [Fact(Timeout = TimeLimit)]
    public void Without_root_rights_a_file_that_cannot_be_written_to_is_replaced()
    {
        using TestTree tree = TestTree.Create("chmod 755 .; mkdir -m 777 out");
        byte[] wanted = BlockRestore.Noise(1, 10 * Block);
        byte[] there = [.. wanted];
        there[5] ^= 1;
        File.WriteAllBytes(tree.Combine("out/a"), there);
        tree.Run("chown nobody:nogroup out/a; chmod 444 out/a");
        UnprivilegedThread.RunOrSkip(() =>
        {
            var restore = new BlockRestore(tree.Combine("out")) { CountsBytes = false };
            SourceItem item = BlockRestore.Item("a", wanted.Length, mode: 0x124);
            item = new SourceItem { Name = item.Name, Kind = item.Kind, Mode = item.Mode, Size = item.Size, Modified = item.Modified, UserId = 65534, GroupId = 65534 };
            UnprivilegedThread.Now(restore.RestoreAsync(item, wanted));
            Assert.Equal(1, restore.Written);
            UnprivilegedThread.Now(restore.DisposeAsync());
        });
        Assert.Equal(wanted, File.ReadAllBytes(tree.Combine("out/a")));
        Assert.Equal("444 nobody\na\n", tree.Run("stat -c '%a %U' out/a; ls -A out"));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("chmod 606 out/a")]
    [InlineData("chmod 660 out/a; chgrp 12345 out/a")]
    [InlineData("chown 12345 out/a")]
    [InlineData("setfacl -m u:12345:rw out/a; chmod g+r out/a")]
    public async Task File_that_others_may_have_open_does_not_become_the_restored_one(string script)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Giving files away needs root.");
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = await CreateChangedAsync(tree.Combine("out/a"), 10 * Block, 1);
        string inode = tree.Run($"chmod 600 out/a; {script}; stat -c %i out/a");

        await using var restore = new BlockRestore(tree.Combine("out"));
        await restore.RestoreAsync(BlockRestore.Item("a", wanted.Length, mode: 0x180), wanted);

        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal(1, restore.Written);
        Assert.NotEqual(inode, tree.Run("stat -c %i out/a"));
        Assert.Equal("600 root root\n", tree.Run("stat -c '%a %U %G' out/a"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task File_that_somebody_writes_to_meanwhile_is_not_touched()
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = await CreateChangedAsync(tree.Combine("out/a"), 10 * Block, 1);
        await using var restore = new BlockRestore(tree.Combine("out")) { BeforeCompletion = () => tree.Run("printf x | dd of=out/a bs=1 seek=5000000 conv=notrunc status=none; cp out/a before") };

        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted));

        Assert.Equal(SourceError.NotWritten, exception.Error);
        Assert.NotNull(exception.Advice);
        Assert.Equal("a\n", tree.Run("cmp before out/a; ls -A out"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Zeros_in_place_of_content_become_a_hole()
    {
        using TestTree tree = TestTree.Create("mkdir out");
        byte[] wanted = await CreateChangedAsync(tree.Combine("out/a"), 16 * Block);
        wanted.AsSpan(4 * Block, 3 * Block).Clear();

        await using var restore = new BlockRestore(tree.Combine("out"));
        await restore.RestoreAsync(BlockRestore.Item("a", wanted.Length), wanted);

        await BlockRestore.AssertContentAsync(tree.Combine("out/a"), wanted);
        Assert.Equal(3, restore.Written);
        Assert.InRange(long.Parse(tree.Run("stat -c %b out/a")), 1, (13 * Block / 512) + 16);
    }

    // Writes a file in which some blocks are not those that are wanted.
    private static async Task<byte[]> CreateChangedAsync(string path, int length, params int[] changed)
    {
        byte[] wanted = BlockRestore.Noise(1, length);
        byte[] there = [.. wanted];
        foreach (int block in changed)
        {
            there[(block * Block) + 12345] ^= 1;
        }

        await File.WriteAllBytesAsync(path, there, Token);
        return wanted;
    }
}
