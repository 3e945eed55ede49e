using System.Text;

namespace HandyBackup.Contracts.Tests.Trees;

public class ResticTreeTests
{
    // Bash, because names and targets are bytes, and .NET would make text of them.
    private const string NastyTree = """
        set -e
        mkdir names targets kinds times owners 'folder with  spaces' empty
        cd names
        for n in plain 'quo"te' "sin'gle" 'back\slash' $'new\nline' $'tab\there' $'bell\a\b\f\v\r\e' $'del\x7f' $'\xff\xfeinvalid' $'cut\xc3' $'surrogate\xed\xa0\x80' \
            'a<b>&c' $'ls\xe2\x80\xa8ps\xe2\x80\xa9' $'nbsp\xc2\xa0' $'c1\xc2\x85' $'bom\xef\xbb\xbf' $'repl\xef\xbf\xbd' '😀' $'\U1FAE0 melting' $'\U1FAF8 of Unicode 15' $'\U10FFFF last' \
            $'\UE000 private' '日本語' 'größe' $'e\xcc\x81 combining' ' leading' 'trailing ' '-dash' '*?[' '$(x)' 'very'"$(printf 'y%.0s' $(seq 1 251))"; do
          printf '%s' "$n" > "./$n"
        done
        cd ../targets
        ln -s plain 1; ln -s 'a<b>&"c\d' 2; ln -s $'inv\xff\xfe' 3; ln -s $'bs\b ff\f nl\n cr\r tab\t vt\v' 4; ln -s $'ls\xe2\x80\xa8' 5; ln -s $'\xc2\x85\xef\xbf\xbd' 6; ln -s /absolute 7; ln -s ../../out 8
        cd ../kinds
        mkfifo fifo; : > empty; head -c 3000000 /dev/urandom > several-chunks; ln several-chunks linked
        if [ "$(id -u)" = 0 ]; then mknod chr c 1 3; mknod blk b 7 300; fi
        echo x > suid; chmod 6755 suid; mkdir sticky; chmod 1777 sticky; echo x > none; chmod 000 none
        for x in user.a user.empty user.bin 'user.<&>"\' user.é $'user.inv\xff'; do setfattr -n "$x" -v 0x00ff10 several-chunks; done
        setfattr -n user.empty several-chunks; setfacl -m u:1234:r several-chunks
        cd ../times
        touch -d '1969-12-31T23:59:59.5Z' before; touch -d @0 zero; touch -d '2024-02-29T12:34:56.123456789Z' nano; touch -d '2024-02-29T12:34:56.120Z' centi
        touch -d '1901-12-14T00:00:00Z' old; touch -d '2446-01-01T00:00:00Z' future
        cd ../owners
        echo x > nobody; echo x > unknown; if [ "$(id -u)" = 0 ]; then chown nobody:nogroup nobody; chown 54321:54322 unknown; fi
        """;

    [Theory]
    [InlineData("UTC")]
    [InlineData("Asia/Kolkata")]
    public async Task Trees_that_restic_wrote_are_understood_and_written_alike(string timeZone)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using var repository = new ResticRepository();
        await repository.RunAsync(timeZone, "bash", ["-c", NastyTree], cancellationToken);
        byte[] listed = await repository.RunAsync(timeZone, "bash", ["-c", "find . -mindepth 1 -printf '%f\\0'"], cancellationToken);

        List<byte[]> trees = await repository.BackUpAndReadTreesAsync(timeZone, cancellationToken);

        Assert.Equal(9, trees.Count);
        foreach (byte[] tree in trees)
        {
            AssertRewritingGivesTheSameBytes(tree);
        }

        List<TreeNode> nodes = [.. trees.SelectMany(tree => TreeReader.Read(tree))];
        AssertNewNodesGetTheBytesOfRestic(nodes);
        var names = nodes.Select(node => Encoding.Latin1.GetString(node.Name.Span)).ToHashSet();
        Assert.Empty(Encoding.Latin1.GetString(listed).Split('\0', StringSplitOptions.RemoveEmptyEntries).Except(names));
        TreeNode link = nodes.Single(node => node.Name.Span.SequenceEqual("2"u8));
        Assert.Equal("a<b>&\"c\\d", Encoding.UTF8.GetString(link.LinkTarget.Span));
    }

    private static void AssertRewritingGivesTheSameBytes(byte[] tree)
    {
        using var builder = new TreeBuilder();
        foreach (TreeNode node in TreeReader.Read(tree))
        {
            builder.Add(node);
        }

        Assert.Equal(Encoding.UTF8.GetString(tree), Encoding.UTF8.GetString(builder.Complete().Span));
    }

    private static void AssertNewNodesGetTheBytesOfRestic(List<TreeNode> nodes)
    {
        using var builder = new TreeBuilder();
        var different = new HashSet<string>();
        foreach (TreeNode node in nodes)
        {
            builder.Reset();
            builder.Add(node);
            string asRead = Encoding.UTF8.GetString(builder.Complete().Span);
            builder.Add(TreeNodes.Copy(node));
            if (asRead != Encoding.UTF8.GetString(builder.Complete().Span))
            {
                different.Add(ItemName.ToText(node.Name.Span));
            }
        }

        // What the version of Go behind restic 0.14 writes otherwise than later ones: \u0008 and \u000c in a link target, code points that
        // Unicode 14 and 15 added; and what that version of restic lost: link targets and attribute names that are no UTF-8.
        Assert.Subset(new HashSet<string> { "3", "4", "\U0001FAE0 melting", "\U0001FAF8 of Unicode 15", "linked", "several-chunks" }, different);
    }
}
