using System.Runtime.Versioning;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Installation;

public sealed class ProgramFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Place => _folder.Combine("place");

    private ProgramFolder Program => new(Place, moves: null);

    [Fact]
    public void A_version_is_copied_beside_and_takes_the_place_at_once()
    {
        Program.Stage(Version("one"), TestContext.Current.CancellationToken);
        Assert.False(Program.Exists);
        Assert.True(Program.Swap());
        Assert.Equal("one", File.ReadAllText(Path.Join(Place, "inner", "version")));

        Program.Stage(Version("two"), TestContext.Current.CancellationToken);
        Assert.Equal("one", File.ReadAllText(Path.Join(Place, "inner", "version")));
        Assert.True(Program.Swap());
        Assert.Equal("two", File.ReadAllText(Path.Join(Place, "inner", "version")));
        Program.SwapBack();
        Assert.Equal("one", File.ReadAllText(Path.Join(Place, "inner", "version")));
        Assert.Equal(["one", "place", "two"], Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_same_files_are_known_as_the_same_version()
    {
        string one = Version("one");
        Assert.False(Program.IsSame(one));
        Program.Stage(one, TestContext.Current.CancellationToken);
        Program.Swap();
        Assert.True(Program.IsSame(one));
        File.WriteAllText(Path.Join(one, "hb-agent"), "changed");
        Assert.False(Program.IsSame(one));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void What_others_could_write_they_cannot_write_afterwards()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix modes");
        string one = Version("one");
        File.SetUnixFileMode(Path.Join(one, "hb-agent"), (UnixFileMode)0b111_111_111);
        Program.Stage(one, TestContext.Current.CancellationToken);
        Program.Swap();
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Join(Place, "hb-agent")));
    }

    [Fact]
    public void Nothing_is_left_of_a_removed_program()
    {
        string one = Version("one");
        Program.Stage(one, TestContext.Current.CancellationToken);
        Program.Swap();
        Program.Stage(one, TestContext.Current.CancellationToken);
        Assert.True(Program.Remove());
        Assert.Equal([one], Directory.GetFileSystemEntries(_folder.Path));
        Assert.True(Program.Remove());
    }

    public void Dispose() => _folder.Dispose();

    private string Version(string name)
    {
        string folder = _folder.Combine(name);
        Directory.CreateDirectory(Path.Join(folder, "inner"));
        File.WriteAllText(Path.Join(folder, "hb-agent"), "program " + name);
        File.WriteAllText(Path.Join(folder, "inner", "version"), name);
        return folder;
    }
}
