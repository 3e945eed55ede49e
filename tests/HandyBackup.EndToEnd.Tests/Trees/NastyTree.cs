using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Trees;

/// <summary>A tree with everything that file systems of Linux can hold and backup programs get wrong.</summary>
internal static class NastyTree
{
    // No attributes on links, which restic 0.14 does not read (internal/restic/node.go), and link targets of valid UTF-8: it keeps others only since 0.17 (linktarget_raw).
    private const string Script = """
        umask 022
        printf 'plain' > plain.txt
        printf 'a' > $'new\nline'; printf 'b' > 'quo"te'\''s'; printf 'c' > -rf; printf 'd' > $'inv\xff\xfe\xc3(alid'; printf 'e' > '<>&'
        printf 'f' > 'back\slash'; printf 'g' > $'\x01\x1b\x7f'; printf 'h' > $'\xe2\x80\xa8 line separator'; printf 'i' > 'trailing '; printf 'j' > 'übergröße 漢字 🎉'
        printf 'k' > "$(printf 'n%.0s' {1..255})"
        mkdir -p "$(printf 'd%.0s' {1..255})/inner" $'dir\nwith\nlines' empty 'a*b?[c]' deep/1/2/3/4/5/6/7/8/9
        printf 'deep' > deep/1/2/3/4/5/6/7/8/9/file
        : > zero
        head -c 3500000 /dev/urandom > random.bin; head -c 9000000 /dev/zero > zeros.bin
        cp random.bin random.copy; printf x | dd of=random.copy bs=1 seek=1000000 conv=notrunc status=none
        truncate -s 64M sparse; printf 'middle' | dd of=sparse bs=1 seek=30000000 conv=notrunc status=none
        ln -s plain.txt link; ln -s $'nowhere ü\n' dangling; ln -s / root-link; ln -s "$(printf 't%.0s' {1..1000})" long-link
        mkdir links; ln random.bin links/hard; ln random.bin 'links/hard 2'; ln link links/hard-symlink
        mkfifo fifo
        setfattr -n user.text -v 'value' plain.txt; setfattr -n user.empty plain.txt; setfattr -n user.binary -v 0x00ff0a22 random.bin; setfattr -n user.on-folder -v yes empty
        setfacl -m u:12345:rwx,g:54321:r plain.txt; setfacl -d -m u:12345:rx empty
        chmod 4755 zero; chmod 2750 deep; chmod 1777 empty; chmod 0000 -- -rf; chmod 6711 'quo"te'\''s'
        touch -d '2001-02-03 04:05:06.123456789' plain.txt; touch -d '1969-12-31 23:59:58.5' zeros.bin; touch -h -d '1999-01-01 00:00:00.000000001' link
        touch -d '2038-01-19 03:14:08.999999999' zero
        """;

    private const string RootScript = """
        mknod block b 7 200; mknod character c 1 3; mknod large c 259 1048575
        chown 12345:54321 zero; chmod 4755 zero; chown -h 4294967:1 dangling; chown nobody 'trailing '
        setfattr -n trusted.secret -v hidden random.bin; setfattr -n security.capability -v 0x0100000202000000000000000000000000000000 zeros.bin
        """;

    // Last of all, as everything above changes the times of folders.
    private const string FolderTimes = "touch -d '2002-03-04 05:06:07.000000001' empty deep; touch -d '2010-10-10 10:10:10.101010101' .";

    /// <summary>Skips the calling test where it cannot be made.</summary>
    public static void SkipUnlessPossible()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The tree has what only Linux has.");
        Assert.SkipUnless(File.Exists("/usr/bin/setfattr") && File.Exists("/usr/bin/setfacl"), "setfattr or setfacl is not installed (Debian: attr, acl).");
    }

    /// <summary>Makes the tree; only root can make device nodes and other people's files.</summary>
    public static async Task CreateAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await SystemProgram.ShellAsync(Script + "\n" + (Environment.UserName == "root" ? RootScript : "chmod 0400 -- -rf") + "\n" + FolderTimes, folder);
    }
}
