using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Deq.Tests.GroundModules;

public class RegistrationTests
{
    [Fact]
    public void Fields_BecomeComponentsUnderTheirNames_InTheirOrder()
    {
        using var model = new Model();
        Assert.Equal(["scale", "renamed"], model.named_parameters(false).Select(p => p.name));
        Assert.Equal(
            ["scale", "renamed", "first.weight", "first.bias", "block.inner.weight", "inherited.weight"],
            model.named_parameters().Select(p => p.name));
        Assert.Equal(["offset"], model.named_buffers().Select(b => b.name));
        Assert.Equal(["first", "block", "inherited"], model.named_children().Select(m => m.name));
        Assert.Equal(["first", "block", "inherited", "block.inner"], model.named_modules().Select(m => m.name));
    }

    [Fact]
    public void StateDict_HasParametersThenBuffers_AndNoLists()
    {
        using var model = new Model();
        Assert.Equal(
            ["scale", "renamed", "first.weight", "first.bias", "block.inner.weight", "inherited.weight", "offset"],
            model.state_dict().Keys);
        Assert.Equal("p.scale", model.state_dict(prefix: "p").Keys.First());
    }

    [Fact]
    public void AutoProperties_AreRegisteredUnderTheirBackingFields()
    {
        using var model = new WithProperty();
        Assert.Equal(["<Layer>k__BackingField.weight"], model.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void ForgottenRegistration_IsMadeUpForByTheParent()
    {
        using var forgetful = new Forgetful();
        Assert.Empty(forgetful.parameters());
        using var parent = new Parent(forgetful);
        Assert.Equal(["child.layer.weight"], parent.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void SharedParameter_IsListedOnce_AndSavedUnderBothNames()
    {
        using var model = new Tied();
        Assert.Equal(["embedding.weight"], model.named_parameters().Select(p => p.name));
        Assert.Equal(["embedding.weight", "output.weight"], model.state_dict().Keys);
    }

    [Fact]
    public void NonPersistentBuffer_IsInNoState()
    {
        using var model = new Plain();
        model.register_buffer("kept", ones(2));
        model.register_buffer("passing", ones(2), persistent: false);
        Assert.Equal(["kept"], model.state_dict().Keys);
        Assert.True(model.has_buffer("passing"));
        Assert.NotNull(model.get_buffer("passing"));
    }

    [Fact]
    public void Registration_RefusesWhatCannotBeNamed()
    {
        using var model = new Plain();
        using var layer = nn.Linear(2, 2);
        model.register_module("layer", layer);
        Assert.Throws<InvalidOperationException>(() => model.register_module("layer", nn.Linear(2, 2)));
        Assert.Throws<ArgumentException>(() => model.register_module("a.b", layer));
        Assert.Throws<ArgumentException>(() => model.register_module("", layer));
        Assert.Throws<ArgumentNullException>(() => model.register_buffer("none", null!));
        Assert.Throws<ArgumentNullException>(() => model.register_parameter("none", null!));
        using var dropout = nn.Dropout();
        Assert.Throws<InvalidOperationException>(() => dropout.register_module("layer", layer));
        model.register_module("layer", null!);
        Assert.Empty(model.named_children());
    }

    [Fact]
    public void Paths_LeadToParametersAndBuffers()
    {
        using var model = new Model();
        Assert.Equal([4L, 3L], model.get_parameter("block.inner.weight")!.shape);
        Assert.Null(model.get_parameter("block.inner.bias"));
        Assert.Null(model.get_parameter("block.outer.weight"));
        Assert.True(model.has_parameter("first.bias"));
        Assert.True(model.has_buffer("offset"));
        Assert.False(model.has_buffer("first.bias"));
    }

    [Fact]
    public void Containers_NameTheirPartsByNumberAndByName()
    {
        using var list = nn.ModuleList<nn.Module>(nn.Linear(2, 2), nn.LayerNorm(2));
        using var dictionary = nn.ModuleDict<nn.Module>(("a", nn.Linear(2, 2, false)), ("b", nn.Linear(2, 2, false)));
        using var parameters = nn.ParameterList(nn.Parameter(ones(1)), nn.Parameter(ones(2)));
        using var model = new Holder(list, dictionary, parameters);
        Assert.Equal(
            ["list.0.weight", "list.0.bias", "list.1.weight", "list.1.bias", "dictionary.a.weight", "dictionary.b.weight", "parameters.0", "parameters.1"],
            model.named_parameters().Select(p => p.name));
        Assert.Equal(2, list.Count);
        Assert.Same(dictionary["b"], dictionary[1].Item2);
        Assert.True(dictionary.ContainsKey("a"));
        model.to(ScalarType.Float64);
        Assert.All(model.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.Equal(ScalarType.Float64, parameters[1].dtype);
    }

    [Fact]
    public void Sequential_NamesSlicesAndDisposesBetweenSteps()
    {
        using var model = nn.Sequential(("in", nn.Linear(2, 3)), ("act", nn.ReLU()), ("out", nn.Linear(3, 1)));
        Assert.Equal(["in.weight", "in.bias", "out.weight", "out.bias"], model.named_parameters().Select(p => p.name));
        Assert.Equal(2, model[1..].Count);
        Assert.Equal(["act", "out"], model[(1, null)].named_children().Select(c => c.name));
        using var x = randn(4, 2);
        LiveTensors.AssertNoneLeftBy(() =>
        {
            using var y = model.call(x);
            Assert.Equal([4L, 1L], y.shape);
        });
        using var empty = nn.Sequential();
        using var same = empty.call(x);
        Assert.NotSame(x, same);
        Assert.Equal("2.weight", nn.Sequential(nn.ReLU(), nn.ReLU(), nn.Linear(1, 1)).state_dict().Keys.First());
    }

    [Fact]
    public void TrainAndEval_ReachEveryModule()
    {
        using var model = new Model();
        model.eval();
        Assert.All(model.modules(), m => Assert.False(m.training));
        Assert.False(model.training);
        model.train();
        Assert.All(model.modules(), m => Assert.True(m.training));
    }

    [Fact]
    public void Apply_VisitsChildrenFirst()
    {
        using var model = new Model();
        var visited = new List<string>();
        model.apply(m => visited.Add(m.GetName()));
        Assert.Equal(["Linear", "Linear", "Block", "Linear", "Model"], visited);
    }

    [Fact]
    public void Conversion_ReplacesFieldsPropertiesAndRegistry_AndKeepsGradients()
    {
        using var model = new Model();
        var weight = model.First.weight;
        using (var loss = model.Scale.sum() * 3) loss.backward();
        model.to(ScalarType.Float64);
        Assert.All(model.state_dict(), entry => Assert.Equal(entry.Key == "counter" ? ScalarType.Int64 : ScalarType.Float64, entry.Value.dtype));
        Assert.True(weight.IsInvalid);
        Assert.Same(model.First.weight, model.get_parameter("first.weight"));
        Assert.Same(model.Scale, model.get_parameter("scale"));
        Assert.Same(model.Offset, model.get_buffer("offset"));
        Assert.True(model.Scale.requires_grad && model.Scale.is_leaf);
        using var gradient = model.Scale.grad;
        Assert.Equal(ScalarType.Float64, gradient!.dtype);
        Assert.Equal(3.0, gradient.max().ToDouble());
        Assert.Throws<ArgumentException>(() => model.to(ScalarType.Int32));
    }

    [Fact]
    public void Conversion_LeavesCountersAlone()
    {
        using var norm = nn.BatchNorm2d(3).to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, norm.running_mean!.dtype);
        Assert.Equal(ScalarType.Int64, norm.num_batches_tracked!.dtype);
    }

    [Fact]
    public void ZeroGrad_ForgetsOrClears()
    {
        using var layer = nn.Linear(2, 1);
        using var x = ones(1, 2);
        layer.call(x).sum().backward();
        layer.zero_grad(false);
        Assert.Equal(0.0, layer.weight.grad!.abs().max().ToDouble());
        layer.zero_grad();
        Assert.Null(layer.weight.grad);
    }

    [Fact]
    public void Hooks_RunAroundCallAndNotAroundForward()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(2, 2, false);
        var seen = new List<string>();
        var pre = layer.register_forward_pre_hook((_, input) => input * 2);
        layer.register_forward_pre_hook(_ => seen.Add("before"));
        layer.register_forward_hook((_, _, output) => output + 1);
        layer.register_forward_hook(_ => seen.Add("after"));
        var x = randn(3, 2);
        Reference.AssertClose(layer.forward(x) * 2 + 1, layer.call(x), "hooked");
        Assert.Equal(["before", "after"], seen);
        pre.remove();
        Reference.AssertClose(layer.forward(x) + 1, layer.call(x), "after removal");
    }

    [Fact]
    public void Parameter_TakesItsDataAndItsPlaceInTheScope()
    {
        var data = ones(2, 2);
        var outside = nn.Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(outside.requires_grad && outside.is_leaf);
        Parameter inside;
        using (NewDisposeScope()) inside = nn.Parameter(zeros(2), requires_grad: false);
        Assert.True(inside.IsInvalid);
        using (NewDisposeScope()) Assert.False(outside.IsInvalid);
        outside.Dispose();
    }

    [Fact]
    public void LibraryModules_MadeInAScope_OutliveIt()
    {
        nn.Module[] modules;
        using (NewDisposeScope())
            modules = [nn.Linear(2, 2), nn.Embedding(3, 2), nn.LayerNorm(2), nn.GroupNorm(1, 2), nn.BatchNorm2d(2), nn.Conv1d(2, 2, 1), nn.LSTM(2, 2), nn.GRU(2, 2)];
        foreach (var module in modules)
        {
            Assert.NotEmpty(module.state_dict());
            Assert.All(module.state_dict(), entry => Assert.False(entry.Value.IsInvalid));
            module.Dispose();
        }
    }

    [Fact]
    public void Dispose_FreesEveryTensorOfTheModule()
    {
        LiveTensors.AssertNoneLeftBy(() =>
        {
            using var scope = NewDisposeScope();
            foreach (var module in new nn.Module[]
            {
                new Model(), nn.BatchNorm2d(3), nn.Sequential(nn.Linear(2, 2), nn.Identity()), nn.LSTM(2, 2), nn.Conv2d(2, 2, 1),
                nn.Embedding(3, 2, 1), nn.LayerNorm(2), nn.GroupNorm(1, 2), nn.GRU(2, 2), nn.Linear(2, 2).to(ScalarType.Float64),
            })
            {
                module.Dispose();
                module.Dispose();
            }

            Assert.Equal(0, scope.DisposablesCount);
        });
    }

    private class Base : nn.Module<Tensor, Tensor>
    {
        protected Linear inherited = nn.Linear(1, 1, false);

        protected Base(string name) : base(name)
        {
        }

        public override Tensor forward(Tensor input) => input;
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Linear inner = nn.Linear(3, 4, false);

        public Block() : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor input) => inner.call(input);
    }

    private sealed class Model : Base
    {
        private readonly Parameter scale = nn.Parameter(ones(3));
        private readonly Linear first = nn.Linear(2, 3);
        private readonly Tensor offset = zeros(3);
        private readonly Block block = new();
        private readonly Linear[] unseen = [];
        private readonly Tensor? absent = null;

        [ComponentName(Name = "renamed")]
        private readonly Parameter named = nn.Parameter(ones(1));

        public Model() : base(nameof(Model))
        {
            RegisterComponents();
            Assert.Null(absent);
            Assert.Empty(unseen);
            Assert.NotNull(named);
        }

        public Parameter Scale => scale;

        public Linear First => first;

        public Tensor Offset => offset;

        public override Tensor forward(Tensor input) => block.call(first.call(input) * scale + offset);
    }

    private sealed class WithProperty : nn.Module<Tensor, Tensor>
    {
        public WithProperty() : base(nameof(WithProperty)) => RegisterComponents();

        public Linear Layer { get; } = nn.Linear(1, 1, false);

        public override Tensor forward(Tensor input) => Layer.call(input);
    }

    private sealed class Forgetful : nn.Module<Tensor, Tensor>
    {
        private readonly Linear layer = nn.Linear(1, 1, false);

        public Forgetful() : base(nameof(Forgetful))
        {
        }

        public override Tensor forward(Tensor input) => layer.call(input);
    }

    private sealed class Parent : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> child;

        public Parent(nn.Module<Tensor, Tensor> child) : base(nameof(Parent))
        {
            this.child = child;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => child.call(input);
    }

    private sealed class Tied : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding embedding = nn.Embedding(4, 2);
        private readonly Linear output = nn.Linear(2, 4, false);

        public Tied() : base(nameof(Tied))
        {
            output.weight = embedding.weight!;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => output.call(embedding.call(input));
    }

    private sealed class Plain : nn.Module<Tensor, Tensor>
    {
        public Plain() : base(nameof(Plain))
        {
        }

        public override Tensor forward(Tensor input) => input;
    }

    private sealed class Holder : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<nn.Module> list;
        private readonly ModuleDict<nn.Module> dictionary;
        private readonly ParameterList parameters_;

        public Holder(ModuleList<nn.Module> list, ModuleDict<nn.Module> dictionary, ParameterList parameters) : base(nameof(Holder))
        {
            (this.list, this.dictionary, parameters_) = (list, dictionary, parameters);
            register_module("list", list);
            register_module("dictionary", dictionary);
            register_module("parameters", parameters);
        }

        public override Tensor forward(Tensor input) => input.alias() + list.Count + dictionary.Count + parameters_.Count;
    }
}
