using System.Text.Json;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Tests.Sources;

public class SourceRegistryTests
{
    private readonly SourceRegistry _registry = new([new SampleFactory()]);

    [Fact]
    public void Options_are_described_by_their_properties()
    {
        SourceDescription description = Assert.Single(_registry.Describe());
        Assert.Equal("Sample", description.Kind);
        Assert.False(description.CanRestore);
        Assert.True(description.NeedsServerAgent);
        Assert.Equal(
            ["Server String required", "Password String secret", "Port Integer", "Limit Integer", "Deep Boolean", "Mode Plain|Careful", "Names StringList"],
            description.Options.Select(option => $"{option.Name} {option.Type}{(option.IsRequired ? " required" : "")}{(option.IsSecret ? " secret" : "")}"));
        Assert.Equal("Which server.", description.Options[0].Description);
    }

    [Fact]
    public void Values_are_bound_without_regard_to_case()
    {
        SampleOptions options = Bind("""{"server":"db","PASSWORD":"s3cret","Port":5432,"limit":9000000000,"deep":true,"mode":"careful","names":["a","b"]}""");
        Assert.Equal(("db", "s3cret", 5432, 9_000_000_000, true, SampleMode.Careful), (options.Server, options.Password, options.Port, options.Limit, options.Deep, options.Mode));
        Assert.Equal(["a", "b"], options.Names);
    }

    [Fact]
    public void Defaults_stay_where_nothing_or_null_is_given()
    {
        SampleOptions options = Bind("""{"Server":"db","Limit":null,"Names":"one"}""");
        Assert.Equal(7, options.Limit);
        Assert.Null(options.Port);
        Assert.Equal(["one"], options.Names);
    }

    [Theory]
    [InlineData("""{"Server":"db","Prot":1}""", "Prot", "Port")]
    [InlineData("""{"Server":"db","Port":"5432"}""", "Port", "Integer")]
    [InlineData("""{"Server":"db","Port":5000000000}""", "Port", "Integer")]
    [InlineData("""{"Server":"db","Limit":1.5}""", "Limit", "Integer")]
    [InlineData("""{"Server":"db","Deep":"yes"}""", "Deep", "Boolean")]
    [InlineData("""{"Server":"db","Mode":"1"}""", "Mode", "Plain|Careful")]
    [InlineData("""{"Server":"db","Names":["a",1]}""", "Names", "StringList")]
    [InlineData("""{"Server":5}""", "Server", "String")]
    [InlineData("""{"Server":null}""", "Server", "needs")]
    [InlineData("{}", "Server", "needs")]
    [InlineData("""{"Server":"a","SERVER":"b"}""", "SERVER", "twice")]
    public void A_wrong_option_is_named(string json, string option, string hint)
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => Bind(json));
        Assert.Equal(ErrorCode.SourceOptionInvalid, exception.Code);
        Assert.Equal(option, exception.Target);
        Assert.Contains(hint, exception.Message + exception.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void No_value_appears_in_an_error()
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => Bind("""{"Server":"db","Password":["s3cret"]}"""));
        Assert.DoesNotContain("s3cret", exception.ToString() + exception.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_source_is_refused_with_those_that_exist()
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => _registry.Create(new SourceSelection { Source = "Tape" }));
        Assert.Equal(ErrorCode.SourceUnknown, exception.Code);
        Assert.Equal("Tape", exception.Target);
        Assert.Contains("Sample", exception.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_factory_refuses_keeps_its_option()
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => Bind("""{"Server":"refused"}"""));
        Assert.Equal((ErrorCode.SourceOptionInvalid, "Server"), (exception.Code, exception.Target));
    }

    [Fact]
    public void A_source_that_cannot_restore_is_refused_for_it()
    {
        SourceSelection selection = Selection("""{"Server":"db"}""");
        Assert.Equal(ErrorCode.RestoreNotSupported, Assert.Throws<HandyBackupException>(() => _registry.CreateRestoring(selection)).Code);
    }

    [Fact]
    public void Two_sources_of_one_kind_are_a_mistake_of_the_program() =>
        Assert.Throws<ArgumentException>(() => new SourceRegistry([new SampleFactory(), new SampleFactory()]));

    private static SourceSelection Selection(string json) =>
        new() { Source = "sample", Options = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)! };

    private SampleOptions Bind(string json) => ((SampleSource)_registry.Create(Selection(json))).Options;

    private enum SampleMode
    {
        Plain,
        Careful,
    }

    private sealed class SampleOptions
    {
        [SourceOption("Which server.", IsRequired = true)]
        public string Server { get; set; } = "";

        [SourceOption("How to log in.", IsSecret = true)]
        public string? Password { get; set; }

        [SourceOption("Which port.")]
        public int? Port { get; set; }

        [SourceOption("How many.")]
        public long Limit { get; set; } = 7;

        [SourceOption("How deep.")]
        public bool Deep { get; set; }

        [SourceOption("How.")]
        public SampleMode Mode { get; set; }

        [SourceOption("Which ones.")]
        public IReadOnlyList<string> Names { get; set; } = [];

        public string NoOption { get; set; } = "";
    }

    private sealed class SampleFactory : ISourceFactory
    {
        public string Kind => "Sample";

        public string Description => "Nothing.";

        public Type OptionsType => typeof(SampleOptions);

        public bool CanRestore => false;

        public bool NeedsServerAgent => true;

        public ISource Create(object options) => ((SampleOptions)options).Server == "refused"
            ? throw new SourceException(SourceError.OptionInvalid, "It is refused.") { Option = "Server" }
            : new SampleSource((SampleOptions)options);
    }

    private sealed class SampleSource(SampleOptions options) : ISource
    {
        public SampleOptions Options => options;

        public Task TestAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<ISourceSession> OpenAsync(SourceSessionRequest request, CancellationToken cancellationToken) =>
            throw new SourceException(SourceError.Unavailable, "It is switched off.");
    }
}
