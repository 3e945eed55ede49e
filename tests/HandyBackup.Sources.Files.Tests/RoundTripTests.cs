using System.Net.Sockets;

namespace HandyBackup.Sources.Files.Tests;

/// <summary>What is read and written again must be the same to the system's own tools.</summary>
public sealed class RoundTripTests
{
    private const int TimeLimit = 60_000;

    // Everything that find can tell of a tree but the sizes of folders, which depend on their history; then all attributes; then content.
    private const string Manifest = """
        find . -mindepth 1 \( -type d -printf '%p|%y|%#m|%U|%G|%T@\0' -o -printf '%p|%y|%#m|%U|%G|%T@|%s|%n|%l\0' \) | sort -z | tr '\0' '\n'
        find . -mindepth 1 -type b -exec stat -c '%n %t %T' {} + -o -type c -exec stat -c '%n %t %T' {} + | sort
        find . -mindepth 1 -execdir getfattr -h -d -m - -e hex -- {} + | awk 'BEGIN { RS = ""; FS = "\n" } { gsub("\n", " "); print }' | sort
        find . -type f -execdir sha256sum {} + | sort
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Names_that_are_no_text_survive() => await CopiesAsync("""
        touch $'new\nline' $'quote"\'\\back' -- '-dash' $'\xff\xfe invalid' $'\xc3' 'ünï😀' $'tab\t' ' blank ' $'\x01' '*' "$(printf 'x%.0s' {1..255})"
        mkdir $'dir\xff' && echo content > $'dir\xff'/$'\x80'
        ln -s $'\xff\xfe invalid' $'link\xff'
        touch 'C:\file' '\x41'
        """);

    [Fact(Timeout = TimeLimit)]
    public async Task Paths_beyond_4096_bytes_survive() => await CopiesAsync("""
        n=$(printf 'n%.0s' {1..200})
        chain() { local p=$1; for i in {1..15}; do p=$p/$n; done; echo $p; }
        a=$(chain a); b=$(chain b); c=$(chain c)
        mkdir -p $a $b $c
        echo deep > $c/file; ln $c/file $c/again; ln -s file $c/link; mkfifo $c/pipe; setfattr -n user.deep -v 1 $c/file
        mv c $b/c; mv b $a/b
        """);

    [Fact(Timeout = TimeLimit)]
    public async Task Modes_and_owners_survive()
    {
        RequireRoot();
        await CopiesAsync("""
            for m in 0 1 4 600 644 755 1777 2755 4755 6711 7777; do touch f$m; chmod $m f$m; mkdir d$m; chmod $m d$m; done
            touch owned; chown 12345:54321 owned; chmod 4755 owned
            mkdir odir; chown nobody:nogroup odir; ln -s x olink; chown -h nobody:12345 olink
            """);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Times_survive_to_the_nanosecond() => await CopiesAsync("""
        touch -d '1969-12-31 23:59:59.999999999Z' before
        touch -d '1901-12-14 00:00:00.5Z' old
        touch -d '2100-02-28 12:00:00.123456789Z' late
        touch -d '2030-01-01 00:00:00.000000001Z' small
        mkdir d; touch d/x; ln -s nowhere link; touch -h -d '1980-01-01 00:00:00.7Z' link; touch -d '1999-09-09 09:09:09.9Z' d
        """);

    [Fact(Timeout = TimeLimit)]
    public async Task Extended_attributes_and_acls_survive()
    {
        RequireRoot();
        await CopiesAsync("""
            touch a b plain; mkdir d inherits; ln -s a link
            setfattr -n user.text -v hello a; setfattr -n user.empty a; setfattr -n user.binary -v 0x00ff0a a
            setfattr -n trusted.t -v x a; setfattr -n security.s -v y a; setfattr -h -n trusted.onlink -v z link
            setfattr -n user.large -v "$(head -c 2000 /dev/zero | tr '\0' q)" b
            for i in {1..60}; do setfattr -n user.attribute-number-$i -v $i d; done
            setfacl -m u:nobody:rwx,g:12345:r-x,m::rx b; setfacl -m u:nobody:--- d; setfacl -d -m u:nobody:rwx inherits
            touch inherits/with; mkdir inherits/sub; touch inherits/without; setfacl -b inherits/without; chmod 640 inherits/without
            cp /bin/true cap; setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 cap
            """);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Hard_links_survive()
    {
        using TestTree tree = await CopyAsync("mkdir d; echo x > a; ln a b; ln a d/c; mkfifo p; ln p q; ln -s a s; ln -P s t");
        Assert.Equal("1\n1\n1\n", tree.Run("cd to; stat -c %i a b d/c | sort -u | wc -l; stat -c %i p q | sort -u | wc -l; stat -c %i s t | sort -u | wc -l"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Devices_pipes_and_sockets_survive()
    {
        RequireRoot();
        using TestTree tree = TestTree.Create("mkdir from; cd from; mknod null c 1 3; mknod disk b 7 200; mknod large c 300 1000000; mkfifo -m 640 pipe");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(tree.Combine("from/socket")));
        await CopiesAsync(tree);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Sparse_files_stay_sparse()
    {
        using TestTree tree = await CopyAsync("""
            truncate -s 256M holes
            for at in 0 4096 70000 8388608 200000000; do head -c 5000 /dev/urandom | dd of=holes bs=1 seek=$at conv=notrunc status=none; done
            truncate -s 100M nothing; truncate -s 5001 odd
            """);
        string[] blocks = tree.Run("stat -c %b from/holes to/holes from/nothing to/nothing").Split('\n');

        // Freeing what was reserved makes more extents than ext4 keeps in the inode: one more block of 4 KiB, of eight units.
        Assert.InRange(long.Parse(blocks[1]), 1, long.Parse(blocks[0]) + 8);
        Assert.Equal(("0", "0"), (blocks[2], blocks[3]));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("ext4", "32M", "-O ^64bit")]
    [InlineData("xfs", "320M", "")]
    [InlineData("btrfs", "128M", "")]
    public async Task Other_file_systems_keep_all(string type, string size, string options)
    {
        RequireRoot();
        using TestTree tree = TestTree.Create();
        string made = tree.Run($"command -v mkfs.{type} > /dev/null && truncate -s {size} img && mkfs.{type} -q {options} img > /dev/null 2>&1 && echo made || true");
        Assert.SkipUnless(made == "made\n", $"mkfs.{type} is missing.");
        tree.MountOrSkip("mounted", "-o loop img");
        tree.Run("""
            mkdir mounted/from; ln -s mounted/from from; ln -s mounted/to to; cd mounted/from
            echo x > a; ln a b; setfattr -n user.x -v y a; setfacl -m u:nobody:r a; touch -d '2001-02-03 04:05:06.123456789Z' a
            truncate -s 1M sparse; echo end >> sparse; mknod n c 1 3; mkdir d; chmod 1777 d; ln -s a l
            """);
        Assert.Empty(await TreeCopy.CopyAsync(tree.Combine("mounted/from"), tree.Combine("mounted/to"), Token));
        Assert.Equal(tree.Run($"cd from/; {Manifest}"), tree.Run($"cd to/; {Manifest}"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task File_system_without_attributes_takes_the_rest_and_the_loss_is_told_once()
    {
        RequireRoot();
        using TestTree tree = TestTree.Create("mkdir -p from/d; echo x > from/d/a; echo y > from/b; setfattr -n user.x -v y from/d/a; setfattr -n user.x -v y from/b; setfattr -n user.y -v z from/b");
        tree.MountOrSkip("to", "-t ramfs ramfs");
        string failure = Assert.Single(await TreeCopy.CopyAsync(tree.Combine("from"), tree.Combine("to"), Token));
        Assert.StartsWith("Extended attribute 'user.", failure, StringComparison.Ordinal);
        Assert.Equal("x\ny\n", tree.Run("cd to; cat d/a b"));
    }

    private static void RequireRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "Making these items needs root.");

    private static async Task CopiesAsync(string script)
    {
        using TestTree tree = await CopyAsync(script);
    }

    private static async Task<TestTree> CopyAsync(string script)
    {
        TestTree tree = TestTree.Create("mkdir from; cd from; set -e\n" + script);
        await CopiesAsync(tree);
        return tree;
    }

    private static async Task CopiesAsync(TestTree tree)
    {
        Assert.Empty(await TreeCopy.CopyAsync(tree.Combine("from"), tree.Combine("to"), Token));
        string expected = tree.Run($"cd from; {Manifest}");
        Assert.NotEmpty(expected);
        Assert.Equal(expected, tree.Run($"cd to; {Manifest}"));
    }
}
