using HandyBackup.Agent.Core.Installation;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Tests;

public class AgentArgumentsTests
{
    [Fact]
    public void Options_and_words_are_told_apart()
    {
        var arguments = AgentArguments.Parse(["list", "Files", "--recurse", "--options", "o.json", "/etc"]);
        Assert.Equal(("list", "o.json", true), (arguments.Command, arguments.Find("--options"), arguments.Has("--recurse")));
        Assert.Equal(["Files", "/etc"], arguments.Words);
    }

    [Fact]
    public void Places_are_the_usual_ones_unless_others_are_named()
    {
        Assert.Equal(AgentPlaces.Default, AgentArguments.Parse(["uninstall"]).Places);
        AgentPlaces places = AgentArguments.Parse(["uninstall", "--data-path", "d", "--program-path", "p", "--keep-data"]).Places;
        Assert.Equal(new AgentPlaces(Path.GetFullPath("p"), Path.GetFullPath("d")), places);
    }

    [Theory]
    [InlineData]
    [InlineData("instal")]
    [InlineData("list")]
    [InlineData("list", "Files", "/etc", "/usr")]
    [InlineData("install", "--server")]
    [InlineData("install", "--server", "")]
    [InlineData("install", "--keep-data")]
    [InlineData("run", "now")]
    [InlineData("status", "--program-path", "p")]
    public void What_is_not_understood_is_refused_with_the_usage(params string[] arguments)
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => AgentArguments.Parse(arguments));
        Assert.Equal((ErrorCode.InvalidArgument, AgentArguments.Usage), (exception.Code, exception.Advice));
    }

    [Fact]
    public void A_token_whose_option_was_forgotten_is_not_repeated_in_the_error()
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => AgentArguments.Parse(["install", "--server", "a:1", "HB1-SECRET"]));
        Assert.DoesNotContain("HB1-SECRET", exception.Message, StringComparison.Ordinal);
        Assert.Null(exception.Target);
    }
}
