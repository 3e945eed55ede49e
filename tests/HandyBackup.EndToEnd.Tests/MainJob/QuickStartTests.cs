using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.MainJob;

/// <summary>What the README tells people to run first.</summary>
public sealed class QuickStartTests
{
    [Fact(Timeout = 180_000)]
    public async Task The_quick_start_ends_well_and_shows_no_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Made with the tools of Linux.");
        BuiltProduct.SkipUnlessComplete();
        string folder = Directory.CreateTempSubdirectory("hb-e2e-").FullName;
        try
        {
            await SystemProgram.ShellAsync("mkdir -p source/a/b; head -c 15000000 /dev/urandom > source/random; head -c 5000000 /dev/zero > source/a/zeros; seq 1 100000 > source/a/b/numbers; ln -s a/b source/link", folder);

            ProgramResult result = await SystemProgram.TryRunAsync(BuiltProduct.Shell, [BuiltProduct.QuickStart, "-Path", "source", "-Work", "work"], folder);

            Assert.True(result.ExitCode == 0, result.Output + result.Errors);
            Assert.Equal("", result.Errors);
            Assert.Contains("Quick start: all went well.", result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("exception", result.Output, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(2, CountOf("Completed", result.Output[..result.Output.IndexOf("The two snapshots", StringComparison.Ordinal)]));
            Assert.Contains("Sound", result.Output, StringComparison.Ordinal);
        }
        finally
        {
            SystemProgram.DeleteTree(folder);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_quick_start_fails_loudly_for_a_folder_that_does_not_exist()
    {
        BuiltProduct.SkipUnlessComplete();

        ProgramResult result = await SystemProgram.TryRunAsync(BuiltProduct.Shell, [BuiltProduct.QuickStart, "-Path", "no-such-folder"], "/");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("no-such-folder", result.Errors + result.Output, StringComparison.Ordinal);
    }

    private static int CountOf(string word, string text) => text.Split(word).Length - 1;
}
