"""English words that are not names even when capitalised: In Titles Like This Every Word Has a Capital.

Counted in public headlines of 2024 to 2026 with capitals as in sentences (the lines are not in the repository): these
words occurred three times or more, and in at least four of five places with a small letter.
"""

from __future__ import annotations

from bot.core.language.stems import suffixless

_WORDS = """
abandon ability able aborts above abroad absolutely absorb abuse accelerate accelerator accent accepted access
accessibility accessible accessories accident accidentally according accounts accurate accuses achieves acquire
acquisition across action active activist activity actor actually addict addiction addition additional address adds
admin administration admits adopting adoption ads adult advanced advantage adventure advertising advice advised
adviser advisor affecting affiliate afford affordable afraid age aged agency agenda agentic agents aggressive aging
ago agreement agrees ahead aid aide aims aircraft airspace airstrikes alarm album alcohol alert algorithms alignment
alike alive allegations alleged allergies alliance allies allocator allows almost alone along alongside already
alternative alumni always ambitions ambitious amidst amount analysis analyst analytics analyze ancient angry animal
animated animation anniversary announcement announces annual anomaly answer antenna anti antibiotic antitrust ants
anxiety anymore anyone anything anyway apart apartment apologises apologizes app apparent appeal appears applications
applies appoints approach approval approves architecture areas argue argument around arrested arrival arrives art
article artificial artist asks assault assembly assess assessment assets assistance asteroid async atmosphere
atmospheric attack attackers attempt attention attorney attract auction audience audio audiobooks audit authentication
author authorities authorization autism automated automatic automation autonomous autonomy availability available
average averts aviation avoid awaited awards aware away awesome axes axing baby back backdoor backend backfired
background backlash backup backward backyard bacteria bad bag balance balcony ballistic ban bandwidth bank bankrupt
bankruptcy banner bar bare bargain barrier batch battery battle beats beautiful because become bed beef before
beginner begins behavior behind beliefs believe believers benchmarks beneath benefits best bets better beyond bias
biases bid big bigger biggest bike bill billion billionaire bin binary binge biological bird birth bit bite bitter
blacklists blackout blame blast blaze blind bln block blockade blockbuster blockers blog blood blow blowout blueprint
board boast boats body bold bomb bond bone booed books bookstore boom boost booster boot bootstrapped border born
borrowing boss bots bottleneck bottom bounce bounty box boxes boycott bracing brain branch brand breach break
breakdown breaker breakout breakthrough breath bricks bridge brief brings broad broadband broadcast brokers brother
browser bubble bucket budget buffer bug build builder buildout bulk bull bullish bunch bundle buried burned bursts bus
buses business bust busy button buy buyers buyout bypass bytes cabinet cable cache call calm camera campaign
cancellations cancelling cancels cancer candidate cannot cap capabilities capable capacity capex captures car carbon
card cardiac care cargo carmakers carrier carry case cash casualties catch cats caught cause ceasefire celebrates
celebration cell censored censorship center centre century certain chain challenge champions chance change channel
character charge charger charts chatbot cheap cheaper cheapest cheat checks chemical chemistry chess chief children
chilling chip chipmaker chipmaking choices choose chronic circuit circular citing citizens civil civilian claims clash
class classic classification classified classrooms clean clear clever click clients climate climbs clinical clock
clone close closer closure clothes cloud club cluster coach coal coalition coastal cocaine codebase codec coder coding
coffee cognitive coin cold collaborate collaboration collapse collect collection collective college collide collision
color colours com combat comeback comic coming command commander commencement comments commercial commit commitment
communicate communication community compact companion company compared compatibility compete competition competitive
competitor compiled compiler complaint completes complex compliance compliant complicated components compression
compromised compute computer con concept concerns concurrent condemns condition conduct conference confidence
confident confidential configuration confirms conflict confront confusing connect connection conscious consent
consider console consortium conspiracy constellation constrained constraints construction consumer consumption contact
contain container content contest context continuations continue contract contribute contributions control controlling
controversial controversy conversations conversion conviction convinced cool copper cops copy copyright corner
corporate correct correction corridor corrupt cost counting countries course cover coverage crack crackdown craft
crash crate crater crawlers created creation creative creativity creator credentials credibility credit creeping crew
crime criminal crisis critical criticism criticizes critics cross crowded crown crucial crude crunch crushed cry
crypto cryptocurrency cryptographic cryptography cultural culture curated curb cure cured curious curl current curse
curve custom customers customizable customize cut cyber cyberattack cybercrime cybersecurity cycle cyclospora
cyclosporiasis dad daemon daily dairy damage dangerous dangers dark darling dash dashboard data database datacenter
datasets date dating daughter dead deadline deal death debate debt debugging debut decades decelerates decentralised
decentralized decide decision declarative declares decline decode decoder deepens deeper deepfake default defeat
defence defends defense deficit defies define degrees del delays delegate deleted delightful deliver delivery demand
dementia demo democracy demonstrates demonstration denies density dependency depends deploy deployment deport
depression depth derive describe desert deserve design designer desk desperately despite destroyed details detect
detection detector dev develop developer development devices diabetes diagnosed dial dialogue dice dictation dies
diesel different dig digit digital digitized dilemma dinosaur dip diplomacy diplomatic directions directly director
directory disagree disappeared disappoints disarm disarmament disaster disc discloses disclosure discontinued
discounted discover discovery discrimination discusses discussion disease dismiss display dispute disruption distance
distilled distraction distributed distribution distros ditch dive divide dividend division doctors document
documentation does doing dollar domain domestic dominance dominate donates donations donor door dot dotnet double
doubts downsizes dozens draft drags drain drama dramatic draw drills drinking drive driver drone drops drought
drowning drug dry due dumb dumped duped durability durable duration during dust earbuds early earnings earthquake ease
easier easy eating eavesdropping ebpf economic economist economy ecosystem edge editing editor education effective
effectiveness effects efficiency efficient effort eggs eight ejecting elderly election electric electricity elephant
elevated eliminate else email embeddable embedded embracing emergency emergent emerging emoji employees employers
employment empty emulation emulator enables encode encounter encouraged encrypted encryption encyclical end energy
enforce enforcement engage engagement engine engineering enough ensure enterprise enters entire entropy entry
environment envoy ephemeral episodes equal equipment equity era errors erupts escalate escalation escape especially
essential establishes estate estimates ethereum ethical evacuated evacuation evade evaluating evaluation events every
everyone everything everywhere evidence evolution evolving examples excite exclusive exec execute execution executive
exempt exemption exercise existing exits exoplanet expands expansion expectations expected expenses expensive
experience experiment experimental experts expire explained explicitly exploded exploit explore explosion explosive
export exposed exposure extend extension external extra extracted extraction extraordinary extreme eyes fabric facial
facility facing fact factor factory failed failure fair fake falls false falters families family fans far farewell
farmers fashioned fast faster fastest fatal fault favor favorite fears feature federal federated feed feedback feeder
feel fees feet female festival feud fiber fiction fields fight fighter figure files filesystem fill film filter
finally finance financial fine fingerprint finish fire firefighters firewall fireworks firm firmware first fiscal fish
fit five fix fixes flags flagship flake flames flare flat flaw flee fleet flexible flight float flooding floor flu
fluid fly focus foldable folders folk following font food fool footage football footprint forecast foreign forge
forget fork form formal format formation former fortune forward fossil found founded founder four fragments framework
fraud free freedom freeway freezes frenzy fresh fridges friend front frontier frustration fuel fuelling full fully fun
functional functions fundamentally funding fundraising funeral fungus further fusion future gadgets gains gallons
gamblers gambling game gaming gang gap garbage gas gasoline gathering gear gender gene generation generational
generative generator genetic genome geometry geothermal giant gift gig girlfriend girls gives glasses global globe
glowing gluten goal goes going gold good govern governance government governor grab grade graduates graduation
grandmother grants graph graphene graphical graphics gravity great greater greatest greenlight grid grip grocery gross
ground groupthink growing growth guarantee guidance guide guilty gun gutted guy habits hacked hackers hails hair half
hallucinated hallucination halt halved hammer hand handheld handling hangs hantavirus happened happy hard hardened
harder hardest hardware harm harmful harness hash hat hate haunts having hazard head headache headcount headlines
headphones headquarters headset healthcare healthy hearing heart heat heatwave heavily hedge helium hell help helpful
hidden hiding high higher highest highlights hijacking hike himself hints hiring historian historic historical history
hit hold holders hole holiday home homegrown hooks hop hopeful hopes horror hospital host hostilities hot hotel
hottest hours households hovers huge human humanity humanoid hundreds hunger hunt hunter hurdle hurt husband hybrid
hydrogen hype hyperscalers iconic icons idea identified identify identity ignore illegal illness image imagery
immediate immigrant immigration immune impact impersonation implant implementation implemented important imports
impose impossible improved improvement incident including income increase increasingly independent indicator indicted
individuals industrial industry inevitable infected infection infectious inference inflation influence influencer info
information infrastructure inheritance inherited initial initiated injection injects injured inner innovation input
insect inside insider insists inspector instability install instead instructions insurance insurers integrate
integration intelligence intensifies interact interactive interest interface interference interim internal
interoception interpreter interstellar intervene interview introduces introduction intuitive invaded invasive invented
invest investigate investigation investment investors invisible invite involved ion isolation issues items itself
jacket jail jailbreak jamming jet jitters jobs joins joint joke journal journalists journey joy judge jump junior junk
jury justifies keep kernel key keybind keyboard keypad kicks kids killed killer kind kit know knowledge labels labour
lack lags land lander landmark landscape language laptop large largest laser last late latency later latest launch law
lawmakers lawsuit lawyers layer layoffs lays lazy lead leaders leadership leak leap learners learning lease least left
legacy legal legend legs lenders length lens less lesson letter lettuce level leverage levies liable libc library
licence license lies life lift liftoff light lightning lightweight like limits line linear linked linker list listen
literally lithium liver livestream living loaded loan lobbying local location lock log logic login loneliness long
longer longest look looms loop loophole loss lost lot loud love low lower lowest lunar lung luxury macros magnetic
magnets mail main maintain maintainers maintenance major make maker malicious malware man management manager mandates
mandatory manipulate manipulation manslaughter manufacturing manure map margin maritime mark market marketplace
marriage mass massive match materials math matter maybe mayor means measles measure meat mechanical mechanism medal
meddling media medical medicines medieval medium meeting mega melting members meme memory mental menu merge merger
mesh mess messages metal method metre metric microbes microbiome mid midterm migrants miles milestone military milk
million millionaire mind mine miners minimal minimalist minimum mining minister minority minted minutes mishap
misinformation misleading missile missing mission mistake misuse mitigation mixed mobile mock modal models modems
moderation modern modest modification modify modular module molecular mom moment momentum monetary money monitor
monopoly months moratorium morning mosquito motion mount mouse move movement movie movies mulls multi multiple mum
murder museum muted mysterious mystery myth nabs names narco narrow nationwide natural navigate near nearby need
negative negotiate negotiations nerves net network neural never newest next nice night nightmare nine ninth nobody
noise nominee non nonprofit notch notes nothing notice notification novel nuclear number object observation observe
obsession obvious ocean odds offer officer officials offline offset offshore often oil old older oldest once ongoing
online onward opaque open operating operations operator opponents opportunity oppose opposite opposition opt optical
optimization optimized optional options orbit orbital orchestration orders ore org organ organizations organizing
original ousted outage outbreak outdoor outlines outlook outperform output outside outsourced overcome overhaul
overlooked overnight overseas overtakes owe owners ownership oxygen pace package packed pact page pain painful pair
pancreatic panels panic paper parallel parameter parents parser parsing part particle partner partnership party
passenger passes passkeys passports password past patch patent path patients patterns pause paves pay payloads
payments payout paywall peer penalty pension people peptides percent perfect performance performed perils period
permanent permission permit persist persistent person personal personality personalized perspective petrol phase
phenomenon phishing phone photography photos physical physics pic pick pickup picture piece pigeons pilot pioneer
pipeline piracy pirated pitched pivot pivotal place placement plague plain plans plant plastic plate platform playbook
player pleads please pledges plenty plot plug plugin plummets plunge poaching podcast points poised poison police
policy political politicians politics poll pollution pool poor pop popular population porn port portable portfolio
poses posing position positive possible post posters postponed potential pours power powerful practical practice
praises pre precision prediction predicts preferred premium preorder prepares present preserve presidential press
pressure pretty prevent previous prices primitive principles printer printing prior prison privacy private privilege
probably probe problem process processor produce producer product production productivity professionals profile profit
program programmers progress prohibit project promise promotes promotion prompt proof propagate properly proposal
proposes proprietary propulsion prosecute prosecutors prospect protect protection protein protesters protests
prototype prove proven provide providers provisions proxy psychedelic psychological pub public published publishers
pulls pumps punch punishing purchases pure purpose pursue push put puzzle quake quality quantization quantum quarter
qubits questions quickly quietly quirky quits quota race racial racist rack radiation rage raid railways raises
rallies rally ramps random range ranks ransom ransomware rape rapid rare rate rather ratings rattles reach reaction
reactive reactors read reader ready reaffirms real reality realized reason rebate rebooted rebound rebuilding rebuilt
recalls recap receive recent reckoning recognition recognizes recommend record recover recovery recruiting recycling
redefine redesign reduce reentry refinance refinement reform refueling refugee refunds refurbished refuses regains
regex region regional registers registrations regression regret regulate regulation regulator regulatory reignite
reinstate reject relationships relax relay releases reliable reliance relief rely remains remake remarks remember
remind remix remote removal remove rendering renewables renewed rent rental repair repeated replace replacement
replica repo report reporters repositories represent repurchase requests requirement requires rescue research
researchers reservation resets reshape residents resignation resigns resilience resilient resistant resolution respond
response restarts restaurants restoring restrict restrictions restructuring results resume retail retailer retain
retaliation rethink retire retirees retirement retract retreat return reusability reusable reuse revamp reveals
revelations revenue reverse review reviewer revised revive revoked rewards rewrite rich rid ride rideshare right rips
rise risk rival rivalry road roadmap roars robot robotaxi robovac robust rock rocket rogue roiling role rollout rolls
room root roughly round route router row royalties ruin rules rumors running runtime rural rush sabotage safe
safeguards safer safety saga sail sailor sales samples sanctions sandbox satellite save saved saver scalable scale
scam scammers scandal scanner scanning scares scenes schedule scheme school scientists scores scrambling scraper
scraps scratch screen screwworm script scroll scrubs scrutiny search searchable season seats second secret sector
secure see seed seekers seeks seem segment seized selection selects self selfies sell sellers selloff semantic
semiconductor senator sends senior sense sensitive sensor sentenced separate sequel sequences serialization serious
served server service session set settle settlement setup several severe severity sex sexual shadow shake shape
shareholder shares shark sharp sharpen shatters shed shelf shell shelter shift shine ship shipments shipwreck shock
shoe shooter shopping shortage shortener shot shots showcase shows shrinking shrugs shut shutdown shutters sickness
side sideloading sight signals significant signs silence silent silver similar simple simpler simulate simulation
simulator since singer single sink sister site situation six size sized skeptical skeptics skies skills skin skip
skull sky slams slaps slashes sleep slice slide slim slip slop slow slowdown slower slump small smaller smallest smart
smarter smartphone smoke snakes soars society sodium soft software solar soldiers solid solo solution solve someone
something son songs soon sort sound source southern sovereign sovereignty spacecraft spam speaker speaks special
species spectacular speech speed speeds spending sperm spike spill spin spiral split sponsored sports spot spray
spread spreadsheet spree spurs spy spyware squeeze stability stable stablecoin staff stage stake stalled stand
standard star start startup state statement statue status stay steady steal steep steering stem step stick stock
stockpile stop storage storm story straight strain strange stranger strategic strategy streak streamer streaming
streamline strength strengthen stress strict strikes strings strong stronger strongest structure struggling students
study stuff stunned stupid sub submarine submits subpoenas subscribers subscription subsea subset success successfully
successor suck suddenly sued sues suffers suggests suing suite sum summaries summer summit summons sunlight
supercomputer supersonic supplier supplies supply support supposed suppress sure surge surgery surpasses surprise
surprisingly surveillance survey survival survive survivors suspected suspends suspicious sustained swap sweeping swim
swings switcher symbol symptoms syntax synth synthesis system tab table tablet tackle tactics tail take takeover
talent talks tankers tanks tape taps targets tariffs task tattoos taught tax taxi team tears teaser teases tech
technical techniques technology teen teenagers telecom teleprompter telescope tells temperature template tenant tens
tense tensions term terminal territory terrorism test text thanks theft themselves theory therapy there these thin
things think third this those thoughts thousands threat threatens three threshold through throughput throw tick ticket
tier ties tighten tighter time timeline tiny tips tired title tobacco today toddler together toilets tokens toll
tonight tonnes tool toolkit tooth top torrent total touches tough tougher tourist touts toward town toxic trace track
tracker trade traders traditional traffic trafficking tragedy trail trailer training trans transfer transform
transformation transformer transit transition translation translator transmit transparency transplanted transport trap
trash trauma travel travelers treasure treating treatment trees trenches trend trial trick tried tries trigger
trillion trillionaire trim trip troops trouble trove truck true trust truth trying tumble tumors tune tunnel turmoil
turns tutorial tweaks tweet twelve twice type typed ugly ultimate ultrasound unauthenticated unauthorized uncertain
uncertainty unchanged unclear unconstitutional uncovered underscores undersea understand underway undo unearthed
unemployment unexpected unfair unicorn unified unique universal unleash unlikely unlock unpermitted unprecedented
unreasonable unrest unveils unwanted unwind upbeat upcoming updates upended upgrades upload upper upstream urged urges
usage useful useless usernames users using usual utility vaccine vacuum validate validation valuable valuation value
vanished vape variables variants vast vehicle verdict verification verify version versus vertical vessels veteran vibe
victims victory video viewers violating violations violence violent viral virtual virus vision visit visual visualized
vital voice volatile volatility volume vote voters vows vulnerability vulnerable wages wait wake walk want war warfare
warming warns warrant waste water wave waver way weak weaken wealth weapons wearable weather web webcam website
wedding week weekend weighs weight weird weirder welcome went whales where whether while whisper whistleblower whole
wide widening widespread wife wild wildfires wildlife win wind winner winter wipe wiping wire wireless withdraw within
without witness woes woman woo words work workers workflow workforce workloads worldwide worm worried worrying worse
worsens worst worth wound written wrong years yen yields young yourself youth zombie zone
"""
EVERYDAY = frozenset(map(suffixless, _WORDS.split()))
"""Their stems."""
