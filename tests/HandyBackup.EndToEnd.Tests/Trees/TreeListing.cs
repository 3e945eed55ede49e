using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Trees;

/// <summary>Everything that the system's own tools say of a tree: one line for each fact, so that two trees can be compared.</summary>
internal static class TreeListing
{
    // Ends of lines in names become character 1, so that each record is a line. A folder's size and a link's mode mean nothing;
    // a file's link count counts names outside the tree, too, so that the names within are compared instead.
    private const string Facts = """
        find . -type d -printf 'D %p %m %U:%G %T@\0' -o -type l -printf 'L %p %U:%G %T@ -> %l\0' -o -printf '%y %p %m %U:%G %s %T@\0' | tr '\n\0' '\1\n' | sort
        find . \( -type b -o -type c \) -print0 | sort -z | xargs -0r stat --printf 'device %n %t:%T\n'
        find . -type f -print0 | sort -z | xargs -0r sha256sum -z | tr '\n\0' '\1\n'
        """;

    // Without a folder's own name, as restic and we put folders where they are told.
    private const string Attributes = "getfattr -R -P -h -d -m - -e hex . | awk 'BEGIN { RS = \"\"; ORS = \"\\n\" } { gsub(\"\\n\", \" \"); print }' | sort";

    private const string HardLinks = "find . -type f -links +1 -printf '%i %p\\0' | sort -z | tr '\\n\\0' '\\1\\n'";

    /// <summary>Requires that two trees are equal in every name, content and attribute.</summary>
    public static async Task AssertEqualAsync(string expected, string actual)
    {
        Assert.True(Directory.Exists(actual), $"{actual} does not exist.");
        foreach (string facts in new[] { Facts, Attributes })
        {
            string[] left = await LinesAsync(facts, expected);
            string[] right = await LinesAsync(facts, actual);
            string[] missing = [.. left.Except(right).Take(10)];
            string[] unexpected = [.. right.Except(left).Take(10)];
            Assert.True(missing.Length + unexpected.Length == 0, $"Missing:\n{string.Join('\n', missing)}\nUnexpected:\n{string.Join('\n', unexpected)}");
            Assert.Equal(left.Length, right.Length);
        }

        Assert.Equal(await LinkGroupsAsync(expected), await LinkGroupsAsync(actual));
    }

    /// <summary>How many kilobytes of disk a file occupies.</summary>
    public static async Task<long> DiskUsageAsync(string folder, string file) =>
        long.Parse((await SystemProgram.ShellAsync($"du -k '{file}' | cut -f1", folder)).Trim(), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string[]> LinesAsync(string script, string folder) =>
        (await SystemProgram.ShellAsync(script, folder)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // Inode numbers differ between two trees; which names share one must not.
    private static async Task<string[]> LinkGroupsAsync(string folder) =>
        [.. (await LinesAsync(HardLinks, folder)).GroupBy(line => line[..line.IndexOf(' ', StringComparison.Ordinal)], line => line[line.IndexOf(' ', StringComparison.Ordinal)..])
            .Where(group => group.Count() > 1).Select(group => string.Join('|', group.Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal)];
}
