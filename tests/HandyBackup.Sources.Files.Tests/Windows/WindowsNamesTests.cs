using System.Text;
using HandyBackup.Sources.Files.Windows;

namespace HandyBackup.Sources.Files.Tests.Windows;

/// <summary>The parts of the Windows code that are pure calculation, so that they can be tested anywhere.</summary>
public sealed class WindowsNamesTests
{
    [Fact]
    public void Names_survive_whether_they_are_text_or_not()
    {
        var random = new Random(5);
        for (int i = 0; i < 5000; i++)
        {
            char[] name = new char[random.Next(1, 12)];
            for (int j = 0; j < name.Length; j++)
            {
                name[j] = (char)(random.Next(3) == 0 ? random.Next(0xD800, 0xE000) : random.Next(1, 0x10000));
            }

            byte[] bytes = Wtf8.Encode(name);
            Assert.Equal(name, Wtf8.Decode(bytes));
            if (!name.Any(char.IsSurrogate))
            {
                Assert.Equal(Encoding.UTF8.GetBytes(name), bytes);
            }
        }
    }

    [Fact]
    public void Bytes_that_windows_cannot_have_are_refused() =>
        Assert.Equal(SourceError.NotWritten, Assert.Throws<SourceException>(() => Wtf8.Decode([(byte)'a', 0xFF])).Error);

    [Theory]
    [InlineData(0, -11_644_473_600, 0)]
    [InlineData(116_444_736_000_000_000, 0, 0)]
    [InlineData(116_444_736_000_000_001, 0, 100)]
    [InlineData(116_444_735_999_999_999, -1, 999_999_900)]
    public void Times_are_counted_from_1601(long ticks, long seconds, int nanoseconds)
    {
        Assert.Equal(new SourceTime(seconds, nanoseconds), WindowsTime.FromFileTime(ticks));
        if (ticks > 0)
        {
            Assert.Equal(ticks, WindowsTime.ToDateTime(new SourceTime(seconds, nanoseconds))!.Value.ToFileTimeUtc());
        }
    }

    [Theory]
    [InlineData(-20_000_000_000)]
    [InlineData(999_999_999_999)]
    public void Times_that_windows_cannot_keep_are_none(long seconds) => Assert.Null(WindowsTime.ToDateTime(new SourceTime(seconds, 0)));

    [Fact]
    public void Tree_paths_start_with_the_drive()
    {
        Assert.Equal(@"C:\Users\x", WindowsPath.Format("C/Users/x"u8));
        var drive = new SourceItem { Name = "C"u8.ToArray(), Kind = SourceItemKind.Folder };
        var users = new SourceItem { Name = "Users"u8.ToArray(), Kind = SourceItemKind.Folder, Parent = drive };
        Assert.Equal(@"\\?\C:\", WindowsPath.ToSystem(drive));
        Assert.Equal(@"\\?\C:\Users", WindowsPath.ToSystem(users));
        Assert.Equal(@"\\?\C:\Users\x", WindowsPath.Join(WindowsPath.ToSystem(users), "x"));
        Assert.Equal(SourceError.NotFound, Assert.Throws<SourceException>(() => WindowsPath.ToSystemDrive("etc"u8)).Error);
    }

    [Theory]
    [InlineData(@"\\?\C:\ProgramData\HB", true)]
    [InlineData(@"\\?\c:\programdata\hb\Keys\x", true)]
    [InlineData(@"\\?\C:\ProgramData\HB2", false)]
    [InlineData(@"\\?\C:\ProgramData", false)]
    [InlineData(@"\\?\D:\ProgramData\HB", false)]
    public void Protected_folder_is_known_in_any_case(string path, bool expected)
    {
        Assert.Equal(expected, WindowsProtectedFolders.IsWithin(path, @"\\?\C:\ProgramData\HB"));
        Assert.Equal(expected, WindowsProtectedFolders.IsWithin(path, @"\\?\C:\ProgramData\HB\"));
    }
}
